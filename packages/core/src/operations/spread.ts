import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { expandDims, matMul, ones, tidy, zeros } from '@tensorflow/tfjs-core';

/** [n] → [n, columns], each value in every column. A matrix product, since broadcasting a column is slow on some backends. */
export function spread(values: Tensor1D | Tensor, columns: number): Tensor2D {
  // The wasm backend does not multiply matrices without rows.
  if (values.size === 0) return zeros([0, columns]);
  if (columns === 1) return expandDims(values, 1);
  return tidy(() => matMul(expandDims(values, 1), ones([1, columns])) as Tensor2D);
}
