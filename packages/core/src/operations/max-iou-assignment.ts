import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { maxIouAssignmentComposed } from './max-iou-assignment-composed.ts';
import { maxIouAssignmentOnHost } from './max-iou-assignment-host.ts';
import type { Operation } from './operation.ts';
import { defineOperation } from './operation.ts';

/** Tensors of {@link maxIouAssignment}. */
export type MaxIouAssignmentInputs = {
  /** [n, 4] x1 y1 x2 y2, pixels. */
  readonly anchors: Tensor2D;
  /** [k, 4] ground truths; k may be 0. A row of four equal numbers overlaps nothing and may serve as padding. */
  readonly boxes: Tensor2D;
  /** [m, 4] regions in which anchors do not count; m may be 0. */
  readonly ignored: Tensor2D;
};

/** Attributes of {@link maxIouAssignment}; thresholds are compared in float32. */
export interface MaxIouAssignmentAttributes {
  /** An anchor whose best IoU is at least this is positive. */
  readonly positiveIou: number;
  /** An anchor whose best IoU is in [negativeLow, negativeHigh) and which is no positive is negative; the rest is ignored. */
  readonly negativeLow: number;
  readonly negativeHigh: number;
  /**
   * What becomes of the anchors that overlap a ground truth best, however little:
   * - `none`: nothing;
   * - `reassign`: they become positives of that ground truth, whatever they were (the last such ground truth wins);
   * - `promote`: they become positives of the ground truth that they themselves overlap most.
   */
  readonly lowQuality: 'none' | 'reassign' | 'promote';
  /** The least best IoU of a ground truth for that. */
  readonly minPositiveIou: number;
  /** Whether a ground truth that overlaps nothing takes every anchor that does not overlap it either (a defect of the references). */
  readonly matchZero: boolean;
  /** All anchors that tie for the best IoU, or the first only. */
  readonly assignAllTies: boolean;
  /** Intersection over area with an ignored region above which an anchor is ignored; ≤ 0 switches ignored regions off. */
  readonly ignoreIofThreshold: number;
  /** Whether that area is the anchor's (or else the region's). */
  readonly ignoreByAnchorArea: boolean;
}

/** The codes of an anchor without ground truth in the first output of {@link maxIouAssignment}. */
export const NEGATIVE = -1;
/** See {@link NEGATIVE}. */
export const IGNORED = -2;

/**
 * Assigns a ground truth to each anchor by IoU, as mmdet's `MaxIoUAssigner` or detectron2's `Matcher` do, without ever holding all n·k
 * overlaps: O(n + k) memory on the host, blocks of bounded size in tfjs ops. IoU is computed in float32 in the order of mmdet,
 * inter / max((areaA + areaB) - inter, 1e-6), since equality decides.
 *
 * Outputs: [n] int32, the index of the ground truth, or -1 negative, -2 ignored; and [n] float32, the largest IoU of each anchor
 * (0 without ground truths, -1 in ignored regions).
 */
export const maxIouAssignment: Operation<
  MaxIouAssignmentInputs,
  MaxIouAssignmentAttributes,
  [assigned: Tensor1D, maxOverlaps: Tensor1D]
> = defineOperation('MaxIouAssignment', { composed: maxIouAssignmentComposed, host: maxIouAssignmentOnHost });
