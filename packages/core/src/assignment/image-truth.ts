import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';

/** What is to be found in one image. */
export interface ImageTruth {
  /** [k, 4] x1 y1 x2 y2, pixels; k may be 0. */
  readonly boxes: Tensor2D;
  /** [k] int32, 0…classCount-1. */
  readonly classes: Tensor1D;
  /** [m, 4] regions whose anchors do not count, such as crowds. */
  readonly ignored?: Tensor2D;
}

/** What a detector says of the anchors of one image. No gradient flows through it. */
export interface Predictions {
  /** [n, 4] decoded boxes, x1 y1 x2 y2, pixels. */
  readonly boxes: Tensor2D;
  /** [n, C] class probabilities. */
  readonly scores: Tensor2D;
}
