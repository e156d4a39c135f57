import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import type { NamedTensorMap, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { log, memory, sum, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
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
