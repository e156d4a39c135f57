import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { oneHot, slice, tidy } from '@tensorflow/tfjs-core';

/** [n, count] float32: 1 where the id of row i is the column, else 0; a row of zeros for ids outside 0…count-1. */
export function membership(ids: Tensor1D, count: number): Tensor2D {
  // tf.oneHot refuses a single column.
  if (count > 1) return oneHot(ids, count, 1, 0, 'float32') as Tensor2D;
  return tidy(() => slice(oneHot(ids, 2, 1, 0, 'float32') as Tensor2D, [0, 0], [ids.shape[0], count]));
}
