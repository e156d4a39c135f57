import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { cast, tidy } from '@tensorflow/tfjs-core';
import { taskAlignedAssignment } from '../operations/task-aligned-assignment.ts';
import type { Given } from '../options.ts';
import { checkOptions, choiceOption, numberOption } from '../options.ts';
import type { Assignment } from './assigned-codes.ts';
import { assignmentOf } from './assigned-codes.ts';
import { IGNORE_IOF, demandCandidates, mmdetOverlaps, overlapsAndEligible } from './candidates.ts';
import type { ImageTruth, Predictions } from './image-truth.ts';

/** Options of {@link assignTaskAligned}. */
export interface TaskAlignedOptions {
  /**
   * `corrected` (default): `maxOverlaps` is the largest IoU of each anchor with any ground truth, -1 in ignored regions. `mmdet`:
   * `TaskAlignedAssigner` 3.3, which knows no ignored regions, and whose `maxOverlaps` is the IoU of the prediction with the assigned
   * ground truth, -1e8 where there is none.
   */
  readonly preset: 'corrected' | 'mmdet';
  /** How many anchors a ground truth considers. Default 13. */
  readonly topK: number;
  /** Power of the score. Default 1. */
  readonly alpha: number;
  /** Power of the IoU. Default 6. */
  readonly beta: number;
  /** As of `assignMaxIou`, by the anchors; ≤ 0 switches ignored regions off. Default .5. */
  readonly ignoreIofThreshold: number;
}

/** An {@link Assignment}, and how good each match is. */
export type TaskAlignedAssignment = Assignment & {
  /** [n] s^α u^β of each positive with its ground truth, 0 elsewhere: for soft labels. */
  readonly alignment: Tensor1D;
  /** [n] IoU of the predicted box of each positive with its ground truth, -1 elsewhere. */
  readonly matchedOverlaps: Tensor1D;
};

/**
 * Task-aligned assignment. With s the score that an anchor predicts for the class of a ground truth, and u the IoU of its predicted box with
 * it, each ground truth considers the `topK` anchors of largest alignment t = s^α u^β (ties: the lower index) and takes those with t > 0
 * whose centre is inside, more than .01 pixels from each side. An anchor that several take goes to the one of highest IoU (ties: the lower
 * index).
 *
 * Throws when tensors have other shapes than stated, or an option is unknown or out of range. No gradient flows.
 *
 * Source: TOOD (Feng et al. 2021) §3.2; mmdet 3.3 `TaskAlignedAssigner`.
 *
 * @param anchors - [n, 4] x1 y1 x2 y2, pixels
 */
export function assignTaskAligned(
  anchors: Tensor2D,
  predictions: Predictions,
  truth: ImageTruth,
  options: Given<TaskAlignedOptions> = {},
): TaskAlignedAssignment {
  const { preset, topK, alpha, beta, ignoreIofThreshold } = checkOptions<TaskAlignedOptions>(
    '@equipoise/core',
    {
      preset: choiceOption(['corrected', 'mmdet'], 'corrected'),
      topK: numberOption(13, { min: 1, integer: true }),
      alpha: numberOption(1, { min: 0 }),
      beta: numberOption(6, { min: 0 }),
      ignoreIofThreshold: IGNORE_IOF,
    },
    options,
  );
  demandCandidates(anchors, predictions, truth);
  const { boxes, classes, ignored } = truth;
  return tidy(() => {
    const mmdet = preset === 'mmdet';
    const { maxOverlaps, eligible } = overlapsAndEligible(
      anchors,
      boxes,
      ignored,
      mmdet ? -1 : ignoreIofThreshold,
    );
    const [code, overlaps, alignment] = taskAlignedAssignment(
      { anchors, predicted: predictions.boxes, scores: predictions.scores, boxes, classes, eligible },
      { topK, alpha, beta },
    );
    return {
      ...assignmentOf(
        cast(code, 'float32'),
        mmdet ? mmdetOverlaps(overlaps, -1e8, boxes.shape[0]) : maxOverlaps,
      ),
      alignment,
      matchedOverlaps: overlaps,
    };
  });
}
