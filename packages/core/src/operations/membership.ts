import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { cast, equal, expandDims, range, tidy } from '@tensorflow/tfjs-core';

/** [n, count] float32: 1 where the id of row i is the column, else 0; a row of zeros for ids outside 0…count-1. `tf.oneHot` refuses one column. */
export function membership(ids: Tensor1D, count: number): Tensor2D {
  return tidy(() => cast(equal(expandDims(ids, 1), range(0, count, 1, 'int32')), 'float32') as Tensor2D);
}
