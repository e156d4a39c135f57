import type { Id } from './inputs.ts';

/** How {@link evaluateVoc} evaluates. */
export interface VocOptions {
  /** IoU from which a detection counts as right. Default 0.5. */
  readonly iouThreshold?: number;
  /**
   * 1: coordinates are those of the last pixel inside, so that every side is one longer, as in the VOC devkit. 0 (default):
   * a side is `width` long, right for what `readVoc` gives.
   */
  readonly pixelOffset?: 0 | 1;
  /** Images to evaluate. Default all of the ground truth. */
  readonly imageIds?: readonly Id[];
  /** Categories to evaluate. Default all of the ground truth. */
  readonly categoryIds?: readonly Id[];
}

/** The figures of one category by the rules of Pascal VOC. */
export interface VocCategoryResult {
  readonly id: Id;
  readonly name: string;
  /** Ground truths that count: not difficult. */
  readonly groundTruths: number;
  readonly detections: number;
  /** Area under the monotone precision/recall curve (VOC 2010 on), in [0, 1]; -1 without ground truth. */
  readonly ap: number;
  /** Mean of the monotone precision at recalls 0, 0.1, …, 1 (VOC 2007), in [0, 1]; -1 without ground truth. */
  readonly ap11: number;
  /** [n] recall after each detection, best score first; empty without ground truth. */
  readonly recall: Float64Array;
  /** [n] precision after each detection, as it is, not made monotone. */
  readonly precision: Float64Array;
  /** [n] the scores. */
  readonly scores: Float64Array;
}

/** What {@link evaluateVoc} found. */
export interface VocEvaluation {
  /** Mean of `ap` over the categories with ground truth; -1 without any. */
  readonly meanAp: number;
  /** Mean of `ap11` over the categories with ground truth; -1 without any. */
  readonly meanAp11: number;
  /** One entry a category, ascending by id. */
  readonly perCategory: readonly VocCategoryResult[];
}
