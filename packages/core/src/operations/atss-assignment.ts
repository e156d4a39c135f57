import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { atssAssignmentComposed } from './atss-assignment-composed.ts';
import { atssAssignmentOnHost } from './atss-assignment-host.ts';
import type { Operation } from './operation.ts';
import { defineOperation } from './operation.ts';

/** Tensors of {@link atssAssignment}. */
export type AtssAssignmentInputs = {
  /** [n, 4] x1 y1 x2 y2, pixels; level by level. */
  readonly anchors: Tensor2D;
  /** [k, 4] ground truths. */
  readonly boxes: Tensor2D;
  /** [n] float32: 0 at anchors to be ignored, else 1. */
  readonly eligible: Tensor1D;
};

/** Attributes of {@link atssAssignment}. */
export interface AtssAssignmentAttributes {
  /** How many anchors each level has; their sum is n. */
  readonly levelSizes: readonly number[];
  /** How many anchors of each level a ground truth considers. */
  readonly topK: number;
  /**
   * As in mmdet: an ignored anchor is a candidate at a distance of 1e8 and may become a positive; a ground truth with one candidate
   * (whose standard deviation is NaN) gets none; and equal distances fall as in `torch.topk` on the CPU, though in tfjs ops still to the
   * lower index.
   */
  readonly mmdet: boolean;
}

/**
 * Adaptive training sample selection (Zhang et al. 2020). Outputs: [n] int32, the index of the ground truth, or -1 negative, -2 ignored;
 * and [n] float32, the IoU with it, -1 where there is none. O(n + k) memory on the host, blocks of bounded size in tfjs ops.
 */
export const atssAssignment: Operation<
  AtssAssignmentInputs,
  AtssAssignmentAttributes,
  [assigned: Tensor1D, overlaps: Tensor1D]
> = defineOperation('AtssAssignment', { composed: atssAssignmentComposed, host: atssAssignmentOnHost });
