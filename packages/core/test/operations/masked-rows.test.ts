import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import type { NamedTensorMap, Rank, Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { add, grad, log, memory, mul, sum, tensor1d, tensor2d, tidy, zeros } from '@tensorflow/tfjs-core';
import { expect, test, vi } from 'vitest';
import { Tensor } from '@tensorflow/tfjs-core';
import { maskedRows } from '@equipoise/core';

const rows = tensor2d([
  [1, 2],
  [-1, -1],
  [3, 4],
]);
const sums = { of: (given: NamedTensorMap): Tensor1D => sum(log(given['rows'] as Tensor2D), 1) };
const logs = { of: (given: NamedTensorMap): Tensor2D => log(given['rows'] as Tensor2D) };

test('host and composed give the rows asked for and 0 elsewhere, NaN or not', () => {
  const inputs = { mask: tensor1d([0, 0, 1]), rows };
  for (const run of [maskedRows.host!, maskedRows.composed]) {
    const before = memory().numTensors;
    const [some, whole] = tidy(() => [run(inputs, sums).arraySync(), run(inputs, logs).arraySync()]);
    expect(some).toEqual([0, 0, Math.fround(Math.log(3)) + Math.fround(Math.log(4))].map(Math.fround));
    expect(whole).toEqual([[0, 0], [0, 0], [3, 4].map((x) => Math.fround(Math.log(x)))]);
    expect(memory().numTensors).toBe(before);
  }
  const none = { mask: tensor1d([0, 0, 0]), rows };
  expect([...maskedRows.host!(none, sums).dataSync()]).toEqual([0, 0, 0]);
  expect(maskedRows.host!(none, logs).shape).toEqual([3, 2]);
});

test('composed reads nothing back', () => {
  const read = vi.spyOn(Tensor.prototype, 'dataSync');
  maskedRows.composed({ mask: tensor1d([0, 0, 1]), rows }, logs);
  expect(read).not.toHaveBeenCalled();
  read.mockRestore();
});

test('the gradient reaches the rows asked for, in both forms alike', () => {
  const slopes = (run: typeof maskedRows.composed, mask: Tensor1D) => {
    const before = memory().numTensors;
    const arrays = tidy(() => {
      const upstream = tensor2d([
        [1, 2],
        [3, 4],
        [5, 6],
      ]);
      const square = { of: ({ x }: NamedTensorMap): Tensor2D => mul(x!, x!) };
      const loss = (x: Tensor): Scalar => sum(mul(run({ mask, x }, square), upstream));
      // A zero has no sign here.
      return add(grad(loss)(rows), 0).arraySync();
    });
    expect(memory().numTensors).toBe(before);
    return arrays;
  };
  for (const run of [maskedRows.host!, maskedRows.composed]) {
    expect(slopes(run, tensor1d([1, 0, 1]))).toEqual([
      [2, 8],
      [0, 0],
      [30, 48],
    ]);
    expect(slopes(run, tensor1d([0, 0, 0]))).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
  }
});

test('host computes no more rows than are asked for, but one', () => {
  const counts: number[] = [];
  const of = ({ rows: given }: NamedTensorMap): Tensor1D => {
    counts.push(given!.shape[0]);
    return sum(given!, 1);
  };
  for (const mask of [
    [0, 1, 1],
    [0, 0, 1],
    [0, 0, 0],
  ])
    maskedRows.host!({ mask: tensor1d(mask), rows }, { of });
  expect(counts).toEqual([2, 1, 1]);
});

test('without rows both forms keep dtypes and shapes', () => {
  const inputs = { mask: zeros<Rank.R1>([0]), ids: zeros([0], 'int32'), rows: zeros([0, 2]) };
  for (const run of [maskedRows.host!, maskedRows.composed]) {
    const of = ({ ids, rows: given }: NamedTensorMap): Tensor2D => {
      expect(ids!.dtype).toBe('int32');
      return given as Tensor2D;
    };
    expect(run(inputs, { of }).shape).toEqual([0, 2]);
  }
});
