import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { expandDims, matMul, ones } from '@tensorflow/tfjs-core';

/** [columns] → [n, columns], the same row n times. A matrix product, as core's `spread`. */
export function repeatRow(row: Tensor1D, n: number): Tensor2D {
  return matMul(ones([n, 1]), expandDims<Tensor2D>(row, 0));
}
