import { defineOperation } from '@equipoise/core';
import { agrees, gradientAgrees } from '@equipoise/testkit';
import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import {
  abs,
  keep,
  mul,
  neg,
  registerKernel,
  setBackend,
  square,
  sum,
  tensor1d,
  tidy,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import './backends.ts';

type In = { readonly x: Tensor1D };
type Out = Tensor | readonly Tensor[];

const numbers = fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 6 });
const build = (x: readonly number[]) => [{ x: tensor1d([...x], 'float32') }, {}] as const;
const twice = (host: (inputs: In) => Out) =>
  defineOperation<In, object, Out>('Twice', { composed: ({ x }) => mul(x, 2), host });

const failureOf = (host: (inputs: In) => Out): Promise<string> =>
  fc.assert(agrees(twice(host), numbers, build), { seed: 1 }).then(
    () => 'agreed',
    (error: Error) => `${error.message} ${(error.cause as Error | undefined)?.message}`,
  );

beforeAll(async () => {
  await setBackend('cpu');
});

describe('agrees', () => {
  test('passes where all implementations are one law', async () => {
    await expect(failureOf(({ x }) => tensor1d(x.dataSync().map((value) => 2 * value)))).resolves.toBe(
      'agreed',
    );
  });

  test.each<[string, (inputs: In) => Out, string]>([
    [
      'another value',
      ({ x }) => tidy(() => mul(abs(x), 2)),
      'Twice [0], composed and on the host: output: -2, then 2',
    ],
    [
      'another dtype',
      ({ x }) =>
        tensor1d(
          Array.from(x.dataSync(), (v) => 2 * v),
          'int32',
        ),
      'then int32 [0]',
    ],
    [
      'another shape',
      ({ x }) => tidy(() => sum(mul(x, 2))),
      'Twice [0], composed and on the host: float32 [0], then float32 []',
    ],
    ['another number of outputs', ({ x }) => [mul(x, 2), mul(x, 3)], '1 outputs composed, 2 on the host'],
    ['a leak', ({ x }) => (keep(neg(x)), mul(x, 2)), 'Twice, on the host: 1 tensors leaked'],
    [
      'a disposed input',
      ({ x }) => {
        const [kept, result] = [x.clone(), mul(x, 2)];
        x.dispose();
        keep(kept);
        return result;
      },
      'input x was disposed',
    ],
  ])('finds %s', async (_what, host, said) => {
    await expect(failureOf(host)).resolves.toContain(said);
  });

  test('compares the kernel of the backend', async () => {
    const operation = defineOperation<In, object, Tensor>('TwiceFused', { composed: ({ x }) => mul(x, 2) });
    registerKernel({
      kernelName: 'TwiceFused',
      backendName: 'cpu',
      kernelFunc: ({ inputs }) => mul(inputs['x'] as Tensor, 3),
    });
    try {
      await expect(fc.assert(agrees(operation, numbers, build))).rejects.toMatchObject({
        cause: {
          message: expect.stringMatching(
            /TwiceFused \[0\], composed and by the kernel of cpu: output/,
          ) as string,
        },
      });
    } finally {
      unregisterKernel('TwiceFused', 'cpu');
    }
  });
});

describe('gradientAgrees', () => {
  const loss = (x: Tensor): Scalar => sum(square(x));
  const oracle = (x: readonly number[]): number => x.reduce((total, value) => total + value * value, 0);

  test('passes where value and gradient are those of the formula', async () => {
    await expect(gradientAgrees(loss, oracle, [1, -2, 0, 0.1])).resolves.toBeUndefined();
    await expect(gradientAgrees(loss, oracle, [1, -2, 0, 0.1], { shape: [2, 2] })).resolves.toBeUndefined();
  });

  test('names the first wrong entry', async () => {
    const half = (x: readonly number[]): number => oracle(x) / 2;
    await expect(gradientAgrees(loss, half, [1])).rejects.toThrow(
      'value: expected 0.5 in double precision, got 1',
    );
    const shifted = (x: readonly number[]): number => oracle(x) + (x[1]! + 2) / 10;
    await expect(gradientAgrees(loss, shifted, [1, -2])).rejects.toThrow(
      /gradient \[1\] at -2: expected -3.9.* got -4/,
    );
  });
});
