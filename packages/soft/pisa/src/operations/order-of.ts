import type { Tensor1D } from '@tensorflow/tfjs-core';
import { topk } from '@tensorflow/tfjs-core';

/** [n] int32: the places of the values by descending value, equal values by ascending place. Stable, so that orders can be chained. */
export function orderOf(values: Tensor1D): Tensor1D {
  return topk(values, values.shape[0], true).indices;
}
