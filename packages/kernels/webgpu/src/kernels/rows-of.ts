import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Rows, Slice } from '../runtime/kernel.ts';

/** Some rows of a tensor, to be bound. */
export function rowsOf(tensor: TensorInfo, { start, count }: Rows, columns = 1): Slice {
  return { tensor, start: start * columns, count: count * columns };
}
