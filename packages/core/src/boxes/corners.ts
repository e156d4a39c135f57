import type { Tensor2D } from '@tensorflow/tfjs-core';
import { split, transpose } from '@tensorflow/tfjs-core';

/** The coordinates of boxes, each a tensor that broadcasts: [n, 1] or [1, k]. */
export interface Corners {
  readonly x1: Tensor2D;
  readonly y1: Tensor2D;
  readonly x2: Tensor2D;
  readonly y2: Tensor2D;
}

/** Boxes [n, 4] as columns [n, 1]. */
export function columnsOf(boxes: Tensor2D): Corners {
  const [x1, y1, x2, y2] = split(boxes, 4, 1) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
  return { x1, y1, x2, y2 };
}

/** Boxes [k, 4] as rows [1, k]. */
export function rowsOf(boxes: Tensor2D): Corners {
  const [x1, y1, x2, y2] = split(transpose(boxes), 4, 0) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
  return { x1, y1, x2, y2 };
}
