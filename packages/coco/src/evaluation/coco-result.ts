import type { CocoSettings } from './coco-options.ts';
import type { Id } from './inputs.ts';

/**
 * The twelve COCO figures, in [0, 1]; -1 where there is no ground truth to measure by, or where the options leave the
 * figure out (`ap50` without a threshold 0.5, `apSmall` without a range `small`, `ar10` without a limit of 10).
 */
export interface CocoStats {
  /** Precision averaged over recalls, IoU thresholds and categories. */
  readonly ap: number;
  /** AP at IoU 0.5. */
  readonly ap50: number;
  /** AP at IoU 0.75. */
  readonly ap75: number;
  /** AP over objects up to 32² square pixels. */
  readonly apSmall: number;
  /** AP over objects of 32² to 96² square pixels. */
  readonly apMedium: number;
  /** AP over objects from 96² square pixels. */
  readonly apLarge: number;
  /** Recall with one detection an image and category, averaged over IoU thresholds and categories. */
  readonly ar1: number;
  /** Recall with ten detections an image and category. */
  readonly ar10: number;
  /** Recall with the largest limit, 100 by default. */
  readonly ar100: number;
  readonly arSmall: number;
  readonly arMedium: number;
  readonly arLarge: number;
}

/** The figures of one category. */
export interface CategoryResult extends CocoStats {
  /** -1 in a class-agnostic evaluation. */
  readonly id: Id;
  readonly name: string;
  /** Ground truths of any size that count: no crowd, none ignored. */
  readonly groundTruths: number;
  /** Detections given, also those beyond the limit an image. */
  readonly detections: number;
  /** [T] AP at each IoU threshold. */
  readonly apByIou: readonly number[];
  /** [T] recall at each IoU threshold, with the largest limit of detections. */
  readonly arByIou: readonly number[];
}

/** What {@link evaluateCoco} found. */
export interface CocoEvaluation {
  readonly stats: CocoStats;
  /** One entry a category, ascending by id. */
  readonly perCategory: readonly CategoryResult[];
  /** The options in force. */
  readonly settings: CocoSettings;
  /** [K, A, T, R] monotone precision with the largest limit of detections; -1 without ground truth. */
  readonly precision: Float64Array;
  /** [K, A, T, R] score at which each recall is reached; 0 where it never is, -1 without ground truth. */
  readonly scores: Float64Array;
  /** [K, A, T, M] final recall; -1 without ground truth. */
  readonly recall: Float64Array;
  /** Detections left out because their category is not in the ground truth. */
  readonly unknownCategoryDetections: number;
}
