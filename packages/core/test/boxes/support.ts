import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-layers';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect } from 'vitest';

/** One case of `fixtures/geometry.json`: inputs and outputs of a reference implementation. */
export interface GoldenCase {
  // oxlint-disable-next-line typescript/no-explicit-any -- each case has a shape of its own
  readonly inputs: Record<string, any>;
  // oxlint-disable-next-line typescript/no-explicit-any -- each case has a shape of its own
  readonly outputs: Record<string, any>;
}

const fixtures = JSON.parse(
  readFileSync(new URL('../fixtures/geometry.json', import.meta.url), 'utf8'),
) as Record<string, GoldenCase>;

/** The golden case of that name. */
export function golden(name: string): GoldenCase {
  const found = fixtures[name];
  if (!found) throw new Error(`no golden case ${name}`);
  return found;
}

const wasmFolder = path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
setWasmPaths(`${wasmFolder}/`);

/** Registers the same tests on each backend that runs in this process without a device. */
export function onEachBackend(body: (backend: string) => void): void {
  describe.each(['cpu', 'wasm'])('on %s', (backend) => {
    beforeAll(async () => {
      await tf.setBackend(backend);
      await tf.ready();
    });
    body(backend);
  });
}

/** [n, 4] boxes from rows. */
export function boxes2d(rows: readonly (readonly number[])[]): Tensor2D {
  return tf.tensor2d(rows.flat(), [rows.length, 4], 'float32');
}

/** Runs and checks that no more tensors are alive afterwards than the result holds. */
export function withoutLeaks<T extends tf.TensorContainer>(run: () => T): T {
  const before = tf.memory().numTensors;
  const result = run();
  expect(tf.memory().numTensors - before).toBe(countTensors(result));
  return result;
}

function countTensors(container: unknown): number {
  if (container instanceof tf.Tensor) return 1;
  if (typeof container !== 'object' || container === null) return 0;
  return Object.values(container).reduce((sum: number, part) => sum + countTensors(part), 0);
}

/** Asserts values within the tolerances of the reference cases. */
export function expectClose(actual: Tensor, expected: unknown, tolerance = 1e-6): void {
  const wanted = (expected as unknown[]).flat(Infinity).map(Number);
  const got = Array.from(actual.dataSync());
  expect(got.length).toBe(wanted.length);
  for (const [i, value] of wanted.entries()) {
    const error = Math.abs((got[i] ?? Number.NaN) - value);
    expect(
      error <= tolerance + 1e-5 * Math.abs(value) || (Number.isNaN(value) && Number.isNaN(got[i])),
      `entry ${i}: ${got[i]} instead of ${value}`,
    ).toBe(true);
  }
}

/** Small reproducible numbers in [0, 1), so that large inputs need no generator of their own. */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** `count` boxes of sides in [minSide, maxSide) in an image of the given side. */
export function randomBoxes(
  count: number,
  image: number,
  minSide: number,
  maxSide: number,
  seed = 1,
): Float32Array {
  const next = uniform(seed);
  const boxes = new Float32Array(count * 4);
  for (let i = 0; i < count; i += 1) {
    const x = next() * image;
    const y = next() * image;
    boxes.set(
      [x, y, x + minSide + next() * (maxSide - minSide), y + minSide + next() * (maxSide - minSide)],
      4 * i,
    );
  }
  return boxes;
}
