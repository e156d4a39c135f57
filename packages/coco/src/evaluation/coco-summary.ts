import type { CocoSettings } from './coco-options.ts';
import type { CocoStats } from './coco-result.ts';

/** The arrays that the figures are means of. */
export interface Measures {
  readonly settings: CocoSettings;
  /** [K, A, T, R] */
  readonly precision: Float64Array;
  /** [K, A, T, M] */
  readonly recall: Float64Array;
}

/** What a figure is taken over; an index of -1 (not found) makes the figure -1. */
interface Selection {
  readonly categories: readonly number[];
  readonly area: number;
  readonly thresholds: readonly number[];
}

/** The twelve figures over some categories, given by their numbers. */
export function summarize(measures: Measures, categories: readonly number[]): CocoStats {
  const { areaNames, iouThresholds, maxDetections } = measures.settings;
  const every = iouThresholds.map((_, t) => t);
  const overall = Math.max(0, areaNames.indexOf('all'));
  const last = maxDetections.length - 1;
  const at = (iou: number): number[] => every.filter((t) => Math.abs(iouThresholds[t]! - iou) < 1e-9);
  const area = (name: string): Selection => ({
    categories,
    area: areaNames.indexOf(name),
    thresholds: every,
  });
  const all: Selection = { categories, area: overall, thresholds: every };
  return {
    ap: averagePrecision(measures, all),
    ap50: averagePrecision(measures, { ...all, thresholds: at(0.5) }),
    ap75: averagePrecision(measures, { ...all, thresholds: at(0.75) }),
    apSmall: averagePrecision(measures, area('small')),
    apMedium: averagePrecision(measures, area('medium')),
    apLarge: averagePrecision(measures, area('large')),
    ar1: averageRecall(measures, all, maxDetections.indexOf(1)),
    ar10: averageRecall(measures, all, maxDetections.indexOf(10)),
    ar100: averageRecall(measures, all, last),
    arSmall: averageRecall(measures, area('small'), last),
    arMedium: averageRecall(measures, area('medium'), last),
    arLarge: averageRecall(measures, area('large'), last),
  };
}

/** [T] AP of one category at each IoU threshold, over objects of any size. */
export function precisionByIou(measures: Measures, category: number): number[] {
  const area = Math.max(0, measures.settings.areaNames.indexOf('all'));
  return measures.settings.iouThresholds.map((_, t) =>
    averagePrecision(measures, { categories: [category], area, thresholds: [t] }),
  );
}

/** [T] recall of one category at each IoU threshold, over objects of any size, with the largest limit of detections. */
export function recallByIou(measures: Measures, category: number): number[] {
  const { areaNames, iouThresholds, maxDetections } = measures.settings;
  const area = Math.max(0, areaNames.indexOf('all'));
  return iouThresholds.map((_, t) =>
    averageRecall(measures, { categories: [category], area, thresholds: [t] }, maxDetections.length - 1),
  );
}

function averagePrecision(
  { settings, precision }: Measures,
  { categories, area, thresholds }: Selection,
): number {
  if (area < 0) return -1;
  const size = settings.recallThresholds.length;
  let sum = 0;
  let count = 0;
  for (const category of categories) {
    for (const t of thresholds) {
      const start = curveIndex(settings, category, area, t) * size;
      if (precision[start]! < 0) continue;
      for (let r = 0; r < size; r += 1) sum += precision[start + r]!;
      count += size;
    }
  }
  return count === 0 ? -1 : sum / count;
}

function averageRecall(
  { settings, recall }: Measures,
  { categories, area, thresholds }: Selection,
  limit: number,
): number {
  if (area < 0 || limit < 0) return -1;
  let sum = 0;
  let count = 0;
  for (const category of categories) {
    for (const t of thresholds) {
      const value = recall[curveIndex(settings, category, area, t) * settings.maxDetections.length + limit]!;
      if (value < 0) continue;
      sum += value;
      count += 1;
    }
  }
  return count === 0 ? -1 : sum / count;
}

/** Where (category, area range, IoU threshold) stands among all of them: the first three axes of the arrays. */
export function curveIndex(
  settings: CocoSettings,
  category: number,
  area: number,
  threshold: number,
): number {
  const { areaRanges, iouThresholds } = settings;
  return (category * areaRanges.length + area) * iouThresholds.length + threshold;
}
