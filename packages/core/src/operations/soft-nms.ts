import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { Operation } from './operation.ts';
import { defineOperation } from './operation.ts';
import { softNmsComposed } from './soft-nms-composed.ts';
import { softNmsOnHost } from './soft-nms-host.ts';

/** Tensors of {@link greedySoftNms}. */
export type SoftNmsInputs = {
  /** [n, 4] x1 y1 x2 y2, pixels. */
  readonly boxes: Tensor2D;
  /** [n] the higher, the earlier. */
  readonly scores: Tensor1D;
};

/** Attributes of {@link greedySoftNms}. */
export interface SoftNmsAttributes {
  /** How a score decays by the IoU u with a box that is picked: `naive` to 0, `linear` by 1 − u, both from the threshold on; `gaussian` by e^(−u²/σ). */
  readonly method: 'naive' | 'linear' | 'gaussian';
  /** In float32, ≥. Not used by `gaussian`. */
  readonly iouThreshold: number;
  readonly sigma: number;
  /** A score below it is never picked. */
  readonly minScore: number;
  /** How many boxes are picked at most, and the length of the outputs. */
  readonly maxOutput: number;
  /** 1 for the legacy width x2 − x1 + 1, else 0. */
  readonly offset: 0 | 1;
}

/**
 * Soft-NMS. Repeats: pick the highest score (ties: the lower index), let the others decay. Outputs: [maxOutput] int32, the boxes picked, in
 * that order, then -1; and [maxOutput] float32, their decayed scores, then 0. O(n) a box picked.
 */
export const greedySoftNms: Operation<
  SoftNmsInputs,
  SoftNmsAttributes,
  [indices: Tensor1D, scores: Tensor1D]
> = defineOperation('SoftNms', { composed: softNmsComposed, host: softNmsOnHost });
