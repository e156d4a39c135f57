import { DataError, show } from '../data-error.ts';
import type { CocoEvaluation } from './coco-result.ts';
import { curveIndex } from './coco-summary.ts';
import type { Id } from './inputs.ts';

/** Which curve of an evaluation. */
export interface CurveOptions {
  /** Id of the category. Default: the mean over all categories that have ground truth. */
  readonly category?: Id;
  /** IoU threshold, one of the evaluation's. Default the first. */
  readonly iou?: number;
  /** Name of the area range. Default the first, `all`. */
  readonly area?: string;
}

/** A precision/recall curve. */
export interface PrecisionRecallCurve {
  /** [R] the recall thresholds, ascending. */
  readonly recall: readonly number[];
  /** [R] monotone precision at each recall, 0 where it is never reached; -1 without ground truth. */
  readonly precision: readonly number[];
  /** [R] score of the detection that reaches each recall; for one category only. */
  readonly scores?: readonly number[];
}

/**
 * The precision/recall curve behind the AP of an evaluation: AP is the mean of its precisions.
 *
 * @throws DataError for a category, IoU threshold or area range that was not evaluated
 */
export function precisionRecallCurve(
  evaluation: CocoEvaluation,
  options: CurveOptions = {},
): PrecisionRecallCurve {
  const { settings, perCategory, precision, scores } = evaluation;
  const iou = options.iou ?? settings.iouThresholds[0]!;
  const threshold = settings.iouThresholds.findIndex((value) => Math.abs(value - iou) < 1e-9);
  const area = options.area === undefined ? 0 : settings.areaNames.indexOf(options.area);
  const one = perCategory.findIndex((category) => category.id === options.category);
  if (threshold < 0) throw missing('iou', settings.iouThresholds, options.iou);
  if (area < 0) throw missing('area', settings.areaNames, options.area);
  const recall = settings.recallThresholds;
  const cut = (values: Float64Array, category: number): number[] => {
    const start = curveIndex(settings, category, area, threshold) * recall.length;
    return [...values.subarray(start, start + recall.length)];
  };
  if (options.category === undefined) {
    return {
      recall,
      precision: mean(
        perCategory.map((_, category) => cut(precision, category)),
        recall.length,
      ),
    };
  }
  if (one < 0) throw missing('category', [], options.category);
  return { recall, precision: cut(precision, one), scores: cut(scores, one) };
}

function mean(curves: readonly (readonly number[])[], size: number): number[] {
  const valid = curves.filter((curve) => curve[0]! >= 0);
  return Array.from({ length: size }, (_, r) =>
    valid.length === 0 ? -1 : valid.reduce((sum, curve) => sum + curve[r]!, 0) / valid.length,
  );
}

function missing(field: string, known: readonly unknown[], actual: unknown): DataError {
  const expected = known.length > 0 ? `one of ${known.join(', ')}` : 'one that was evaluated';
  return new DataError({ file: 'options', field, expected, actual: show(actual) });
}
