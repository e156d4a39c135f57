import type { Operation } from '@equipoise/core';
import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { dispose, getKernel, setBackend, tidy } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import '../backends.ts';
import { engineLevel, setLevel } from '../../src/runtime/level.ts';

/** None, one, fewer than a vector, whole vectors and not, more than a block of anchors. */
export const SIZES = [0, 1, 2, 3, 5, 8, 33, 64, 515, 1030] as const;

const BACKENDS = ['cpu', 'wasm'];

/** Registers the same tests on each backend that has the kernel, with SIMD and without. */
export function everywhere(operationName: string, body: () => void, backends = BACKENDS): void {
  describe.each(backends)('on %s', (backend) => {
    describe.each([engineLevel(), 'scalar'] as const)('at level %s', (level) => {
      beforeAll(async () => {
        await setBackend(backend);
        setLevel(level);
        // A law of kernels that are not there would hold.
        expect(getKernel(operationName, backend)).toBeDefined();
      });
      afterAll(() => setLevel(undefined));
      body();
    });
  });
}

/** Asserts that the kernel gives the very bits that `host` gives: for sizes at which `composed` is too slow. */
export function expectSameAsHost<Inputs extends NamedTensorMap, Attributes extends object>(
  operation: Operation<Inputs, Attributes, Tensor | readonly Tensor[]>,
  inputs: Inputs,
  attributes: Attributes,
): void {
  const read = (run: typeof operation.composed): number[][] =>
    tidy(() => {
      const outputs: readonly Tensor[] = [run(inputs, attributes)].flat();
      return outputs.map((output) => Array.from(output.dataSync()));
    });
  expect(read(operation)).toEqual(read(operation.host!));
  dispose(inputs);
}
