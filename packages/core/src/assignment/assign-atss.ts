import type { Tensor2D } from '@tensorflow/tfjs-core';
import { cast, tidy } from '@tensorflow/tfjs-core';
import { demandBoxes } from '../boxes/check-boxes.ts';
import { demand } from '../errors.ts';
import { atssAssignment } from '../operations/atss-assignment.ts';
import type { Given } from '../options.ts';
import { checkOptions, choiceOption, numberOption } from '../options.ts';
import type { Assignment } from './assigned-codes.ts';
import { assignmentOf } from './assigned-codes.ts';
import { mmdetOverlaps, overlapsAndEligible } from './candidates.ts';

/** Options of {@link assignAtss}. */
export interface AtssOptions {
  /**
   * - `corrected` (default): ignored anchors are no candidates and stay ignored; a ground truth with a single candidate may take it;
   *   `maxOverlaps` is the largest IoU of each anchor with any ground truth, -1 in ignored regions;
   * - `mmdet`: `ATSSAssigner` 3.3, where an ignored anchor is a candidate at a distance of 1e8 and may become a positive, a single
   *   candidate has a standard deviation of NaN and is never taken, and `maxOverlaps` is the IoU with the assigned ground truth, -1e8
   *   where there is none; equal distances fall as in `torch.topk` on the CPU (on WebGPU to the lower index).
   */
  readonly preset: 'corrected' | 'mmdet';
  /** How many anchors of each level a ground truth considers. Default 9. */
  readonly topK: number;
  /** As of `assignMaxIou`; ≤ 0 switches ignored regions off. Default .5; -1 with preset `mmdet`. */
  readonly ignoreIofThreshold: number;
}

/**
 * Adaptive training sample selection. For each ground truth:
 *
 * 1. candidates are, on each level, the `topK` anchors whose centres are nearest to its own (ties: the lower index);
 * 2. the threshold is the mean of their IoUs plus the unbiased standard deviation (n − 1);
 * 3. candidates of at least that IoU are positives if their centre is inside, more than .01 pixels from each side.
 *
 * An anchor that several ground truths take goes to the one that it overlaps most (ties: the lower index). Anchors that share their centre,
 * such as those of one cell, tie in step 1, where the references leave the order open.
 *
 * Throws when boxes are not [·, 4] float32, level sizes do not sum to n, or an option is unknown or out of range. No gradient flows.
 *
 * Source: Zhang et al. 2020, algorithm 1; mmdet 3.3 `ATSSAssigner`.
 *
 * @param anchors - [n, 4] x1 y1 x2 y2, pixels, level by level
 * @param levelSizes - how many anchors each level has
 * @param boxes - [k, 4] ground truths; k may be 0
 * @param ignored - [m, 4] regions whose anchors do not count, such as crowds
 */
export function assignAtss(
  anchors: Tensor2D,
  levelSizes: readonly number[],
  boxes: Tensor2D,
  options: Given<AtssOptions> = {},
  ignored?: Tensor2D,
): Assignment {
  const { preset, topK, ignoreIofThreshold } = checkOptions<AtssOptions>(
    '@equipoise/core',
    {
      preset: choiceOption(['corrected', 'mmdet'], 'corrected'),
      topK: numberOption(9, { min: 1, integer: true }),
      ignoreIofThreshold: numberOption(options.preset === 'mmdet' ? -1 : 0.5),
    },
    options,
  );
  demandBoxes('anchors', anchors);
  demandBoxes('boxes', boxes);
  const count = anchors.shape[0];
  demand(levelSizes.every((size) => size >= 0) && levelSizes.reduce((sum, size) => sum + size, 0) === count, {
    package: '@equipoise/core',
    subject: 'levelSizes',
    expected: `counts that sum to the number of anchors (${count})`,
    actual: levelSizes,
  });
  return tidy(() => {
    const mmdet = preset === 'mmdet';
    const off = mmdet && boxes.shape[0] === 0;
    const { maxOverlaps, eligible } = overlapsAndEligible(
      anchors,
      boxes,
      ignored,
      off ? -1 : ignoreIofThreshold,
    );
    const [code, overlaps] = atssAssignment({ anchors, boxes, eligible }, { levelSizes, topK, mmdet });
    return assignmentOf(
      cast(code, 'float32'),
      mmdet ? mmdetOverlaps(overlaps, -1e8, boxes.shape[0]) : maxOverlaps,
    );
  });
}
