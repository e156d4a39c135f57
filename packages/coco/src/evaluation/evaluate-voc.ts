import { DataError, show } from '../data-error.ts';
import { detectionTable, groundTruthTable, type DetectionTable, type GroundTruthTable } from './box-table.ts';
import { rowsOf } from './category-evaluator.ts';
import type { CocoCategory, CocoDetection, CocoGroundTruth } from './inputs.ts';
import { numberCategories, numberImages } from './numbering.ts';
import { groupGroundTruth, type Grouped } from './ordering.ts';
import { overlap } from './overlap.ts';
import { identityOrder, orderByKey, orderByScore, startsByKey } from './stable-order.ts';
import { elevenPointAp, everyPointAp } from './voc-average-precision.ts';
import type { VocCategoryResult, VocEvaluation, VocOptions } from './voc-result.ts';

/**
 * Average precision of detections by the rules of Pascal VOC, both the eleven-point one of 2007 and the one over every point.
 *
 * A detection looks at the ground truth of its image and category that it overlaps most, free or not: right when the
 * overlap is at least the threshold and no better detection has it, neither right nor wrong when it is difficult (`ignore` or
 * `iscrowd`), otherwise wrong. Equal scores keep the order given, equal overlaps go to the earlier ground truth.
 *
 * @param groundTruth - images, annotations and categories, in the same shape as for `evaluateCoco`
 * @param detections - in any order
 * @throws DataError for a detection of an unknown image, a box or score that is not finite, or a wrong option
 */
export function evaluateVoc(
  groundTruth: CocoGroundTruth,
  detections: readonly CocoDetection[],
  options: VocOptions = {},
): VocEvaluation {
  const { iouThreshold = 0.5, pixelOffset = 0 } = options;
  if (!(iouThreshold > 0 && iouThreshold <= 1))
    throw wrongOption('iouThreshold', 'a number in (0, 1]', iouThreshold);
  if (pixelOffset !== 0 && pixelOffset !== 1) throw wrongOption('pixelOffset', '0 or 1', pixelOffset);
  const images = numberImages(groundTruth, options.imageIds);
  const categories = numberCategories(groundTruth, options.categoryIds);
  const count = categories.ids.length;
  const truths = groundTruthTable(groundTruth.annotations, images, categories, true);
  const table = detectionTable(detections, images, categories);
  const order = orderByKey(orderByScore(identityOrder(table.count), table.score), table.category, count);
  const frame: Frame = {
    iouThreshold,
    pixelOffset,
    truths,
    table,
    grouped: { order, categoryStart: startsByKey(order, table.category, count) },
    groupedTruths: groupGroundTruth(truths, truths.category, images.ids.length, count),
  };
  const byId = new Map(groundTruth.categories.map((category) => [category.id, category]));
  const perCategory = categories.ids.map((id, number) => evaluateCategory(byId.get(id)!, number, frame));
  const valid = perCategory.filter((category) => category.groundTruths > 0);
  const mean = (figure: 'ap' | 'ap11'): number =>
    valid.length === 0 ? -1 : valid.reduce((sum, category) => sum + category[figure], 0) / valid.length;
  return { meanAp: mean('ap'), meanAp11: mean('ap11'), perCategory };
}

interface Frame {
  readonly iouThreshold: number;
  readonly pixelOffset: 0 | 1;
  readonly truths: GroundTruthTable;
  readonly table: DetectionTable;
  readonly grouped: Grouped;
  readonly groupedTruths: Grouped;
}

function evaluateCategory({ id, name }: CocoCategory, number: number, frame: Frame): VocCategoryResult {
  const { table, truths } = frame;
  const rows = rowsOf(frame.grouped, number);
  const groundTruths = rowsOf(frame.groupedTruths, number).filter((row) => truths.ignored[row] === 0).length;
  const scores = Float64Array.from(rows, (row) => table.score[row]!);
  if (groundTruths === 0) {
    const none = new Float64Array(0);
    return {
      id,
      name,
      groundTruths,
      detections: rows.length,
      ap: -1,
      ap11: -1,
      recall: none,
      precision: none,
      scores,
    };
  }
  const recall = new Float64Array(rows.length);
  const precision = new Float64Array(rows.length);
  const nearest = nearestTruth(rowsOf(frame.groupedTruths, number), frame);
  const taken = new Set<number>();
  let right = 0;
  let wrong = 0;
  for (let i = 0; i < rows.length; i += 1) {
    const truth = nearest(rows[i]!);
    if (truth < 0 || taken.has(truth)) {
      wrong += 1;
    } else if (truths.ignored[truth] === 0) {
      taken.add(truth);
      right += 1;
    }
    recall[i] = right / groundTruths;
    precision[i] = right + wrong === 0 ? 0 : right / (right + wrong);
  }
  const ap = everyPointAp(recall, precision);
  const ap11 = elevenPointAp(recall, precision);
  return { id, name, groundTruths, detections: rows.length, ap, ap11, recall, precision, scores };
}

/** Finds the row of the truth that a detection overlaps most; -1 where that is less than the threshold. */
function nearestTruth(rows: Int32Array, frame: Frame): (detection: number) => number {
  const { truths, table, iouThreshold, pixelOffset } = frame;
  const starts = new Map<number, number>();
  for (let i = rows.length - 1; i >= 0; i -= 1) starts.set(truths.image[rows[i]!]!, i);
  return (detection) => {
    const image = table.image[detection]!;
    let best = 0;
    let found = -1;
    for (
      let i = starts.get(image) ?? rows.length;
      i < rows.length && truths.image[rows[i]!] === image;
      i += 1
    ) {
      const value = overlap(table.box, 4 * detection, truths.box, 4 * rows[i]!, false, pixelOffset);
      if (value <= best) continue;
      best = value;
      found = rows[i]!;
    }
    return best >= iouThreshold ? found : -1;
  };
}

function wrongOption(field: string, expected: string, actual: unknown): DataError {
  return new DataError({ file: 'options', field, expected, actual: show(actual) });
}
