import type { Given, OptionSpecs } from '../options.ts';
import { checkOptions, choiceOption, flagOption, numberOption } from '../options.ts';
import type { MaxIouAssignmentAttributes } from '../operations/max-iou-assignment.ts';

/** Whose behaviour `assignMaxIou` follows. */
export type MaxIouPreset = 'corrected' | 'mmdet' | 'detectron2' | 'torchvision';

/** Options of `assignMaxIou`. All IoU thresholds are compared in float32. */
export interface MaxIouOptions {
  /**
   * - `corrected` (default): as mmdet, but a ground truth that overlaps nothing stays unmatched, and ignored regions count when given;
   * - `mmdet`: `MaxIoUAssigner` 3.3, whose ground truth without overlap takes every anchor that does not overlap it when
   *   `minPositiveIou` is 0, overwriting good matches; ignored regions are off unless `ignoreIofThreshold` is given, and in images
   *   without ground truth;
   * - `detectron2`, `torchvision`: `Matcher`, where a low-quality match keeps the ground truth that the anchor itself overlaps most,
   *   and a ground truth without overlap makes every anchor that does not overlap it positive.
   */
  readonly preset: MaxIouPreset;
  /** An anchor whose best IoU is at least this is positive. Default .5. */
  readonly positiveIou: number;
  /** Below it an anchor is negative: [0, x), or [low, high) as given; what is neither is ignored. Default .4. */
  readonly negativeIou: number | readonly [low: number, high: number];
  /** Whether each ground truth also takes the anchors that overlap it best, however little. Default true. */
  readonly matchLowQuality: boolean;
  /** The least best IoU of a ground truth for that. Default 0; RPN uses .3. */
  readonly minPositiveIou: number;
  /** Whether it takes all anchors that tie for the best IoU (default), or the first only (SSD). */
  readonly gtMaxAssignAll: boolean;
  /**
   * An anchor whose intersection over area with an ignored region is greater than this is ignored, whatever else it overlaps. Values
   * ≤ 0 switch ignored regions off. Default .5; -1 with preset `mmdet`.
   */
  readonly ignoreIofThreshold: number;
  /** Whether that area is the anchor's (default), or the ignored region's. */
  readonly ignoreWrtCandidates: boolean;
}

/** Checked options with every default filled in. */
export function maxIouOptions(options: Given<MaxIouOptions>): MaxIouOptions {
  return checkOptions<MaxIouOptions>('@equipoise/core', specs(options.preset), options);
}

/** The options as attributes of the operation, for `boxCount` ground truths. */
export function maxIouAttributes(options: MaxIouOptions, boxCount: number): MaxIouAssignmentAttributes {
  const { preset, negativeIou } = options;
  const [negativeLow, negativeHigh] = typeof negativeIou === 'number' ? [0, negativeIou] : negativeIou;
  const matcher = preset === 'detectron2' || preset === 'torchvision';
  return {
    positiveIou: options.positiveIou,
    negativeLow,
    negativeHigh,
    lowQuality: options.matchLowQuality ? (matcher ? 'promote' : 'reassign') : 'none',
    minPositiveIou: options.minPositiveIou,
    matchZero: preset !== 'corrected',
    assignAllTies: options.gtMaxAssignAll,
    ignoreIofThreshold: preset === 'mmdet' && boxCount === 0 ? -1 : options.ignoreIofThreshold,
    ignoreByAnchorArea: options.ignoreWrtCandidates,
  };
}

function specs(preset: MaxIouPreset | undefined): OptionSpecs<MaxIouOptions> {
  return {
    preset: choiceOption(['corrected', 'mmdet', 'detectron2', 'torchvision'], 'corrected'),
    positiveIou: numberOption(0.5, { min: 0 }),
    negativeIou: {
      default: 0.4,
      expected: 'a number ≥ 0, or [low, high] with 0 ≤ low ≤ high',
      accepts: (value) => {
        const [low, high, ...rest]: unknown[] = Array.isArray(value) ? value : [0, value];
        return (
          typeof low === 'number' && typeof high === 'number' && low >= 0 && high >= low && rest.length === 0
        );
      },
    },
    matchLowQuality: flagOption(true),
    minPositiveIou: numberOption(0, { min: 0 }),
    gtMaxAssignAll: flagOption(true),
    ignoreIofThreshold: numberOption(preset === 'mmdet' ? -1 : 0.5),
    ignoreWrtCandidates: flagOption(true),
  };
}
