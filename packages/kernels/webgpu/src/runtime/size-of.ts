import type { TensorInfo } from '@tensorflow/tfjs-core';

/** The number of elements of a tensor. */
export function sizeOf({ shape }: TensorInfo): number {
  return shape.reduce((size, length) => size * length, 1);
}
