import type { Tensor2D } from '@tensorflow/tfjs-core';
import { add, mul, slice, sub } from '@tensorflow/tfjs-core';

/** Boxes [n, 4] x1 y1 x2 y2 → their centres and their sizes, [n, 2] each. */
export function centreAndSize(boxes: Tensor2D): { readonly centre: Tensor2D; readonly size: Tensor2D } {
  const low = slice(boxes, [0, 0], [-1, 2]);
  const high = slice(boxes, [0, 2], [-1, 2]);
  return { centre: mul(add(low, high), 0.5), size: sub(high, low) };
}
