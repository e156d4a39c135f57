import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';

/** A loss between predicted and true boxes, one number a sample. Its gradient reaches the prediction only. */
export interface BoxLoss {
  readonly name: string;
  /** Whether it compares `deltas` as the coder encodes them, or decoded `boxes` (x1 y1 x2 y2, pixels). */
  readonly compares: 'deltas' | 'boxes';
  /** predicted [n, 4], true [n, 4] → loss [n], summed over the four coordinates. */
  readonly apply: (predicted: Tensor2D, target: Tensor2D) => Tensor1D;
}
