import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { cast, oneHot, slice, tidy } from '@tensorflow/tfjs-core';

/** [n, count] float32: 1 where the id of row i is the column, else 0; a row of zeros for ids outside 0…count-1. */
export function membership(ids: Tensor1D, count: number): Tensor2D {
  return tidy(() => {
    // As int32: asked for float32, tfjs-backend-wasm 4.22 writes the bits of the integer 1. At least two columns: tf.oneHot refuses one.
    const hot = cast(oneHot(ids, Math.max(2, count), 1, 0, 'int32'), 'float32') as Tensor2D;
    return count === 1 ? slice(hot, [0, 0], [ids.shape[0], 1]) : hot;
  });
}
