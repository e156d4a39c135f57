import { detectionTable, groundTruthTable } from './box-table.ts';
import { CategoryEvaluator, rowsOf, type Prepared } from './category-evaluator.ts';
import { cocoSettings, type CocoOptions, type CocoSettings } from './coco-options.ts';
import type { CategoryResult, CocoEvaluation } from './coco-result.ts';
import { precisionByIou, recallByIou, summarize, type Measures } from './coco-summary.ts';
import type { CocoCategory, CocoDetection, CocoGroundTruth, Id } from './inputs.ts';
import { numberCategories, numberImages, type Numbering } from './numbering.ts';
import { groupDetections, groupGroundTruth } from './ordering.ts';

/**
 * Average precision and recall of detections by the rules of COCO: the figures of pycocotools 2.0.11 `COCOeval` for boxes.
 *
 * Image by image and category by category the best 100 detections take, best score first, the free ground truth they
 * overlap most, if at least by the threshold; crowd regions and ground truths out of the area range make their detections
 * count neither way. Equal scores keep the order given (within a category: by image id), equal overlaps go to the later ground
 * truth.
 *
 * @param groundTruth - images, annotations and categories as in a COCO file
 * @param detections - in any order; those of categories the ground truth does not have are left out and counted
 * @param options - thresholds, area ranges, limits, subsets, preset; see {@link CocoOptions}
 * @returns figures overall and a category, and the curves they come from
 * @throws DataError for a detection of an unknown image, a box or score that is not finite, or a wrong option
 * @see https://github.com/cocodataset/cocoapi (PythonAPI/pycocotools/cocoeval.py)
 */
export function evaluateCoco(
  groundTruth: CocoGroundTruth,
  detections: readonly CocoDetection[],
  options: CocoOptions = {},
): CocoEvaluation {
  const settings = cocoSettings(options);
  const images = numberImages(groundTruth, options.imageIds);
  const categories = numberCategories(groundTruth, options.categoryIds);
  const count = settings.classAgnostic ? 1 : categories.ids.length;
  const prepared = prepare(groundTruth, detections, { settings, images, categories, count });
  const { areaRanges, iouThresholds, recallThresholds, maxDetections } = settings;
  const curves = count * areaRanges.length * iouThresholds.length;
  const precision = new Float64Array(curves * recallThresholds.length).fill(-1);
  const scores = new Float64Array(curves * recallThresholds.length).fill(-1);
  const recall = new Float64Array(curves * maxDetections.length).fill(-1);
  const evaluator = new CategoryEvaluator(prepared, { precision, scores, recall });
  for (let category = 0; category < count; category += 1) evaluator.evaluate(category);
  const measures: Measures = { settings, precision, recall };
  const named = settings.classAgnostic
    ? [{ id: -1, name: 'all' }]
    : inOrder(groundTruth.categories, categories.ids);
  return {
    stats: summarize(measures, [...named.keys()]),
    perCategory: named.map((category, k) => categoryResult(category, k, prepared, measures)),
    settings,
    precision,
    scores,
    recall,
    unknownCategoryDetections: prepared.detections.unknownCategory,
  };
}

interface Frame {
  readonly settings: CocoSettings;
  readonly images: Numbering;
  readonly categories: Numbering;
  /** Categories evaluated apart: 1 in a class-agnostic evaluation. */
  readonly count: number;
}

function prepare(
  groundTruth: CocoGroundTruth,
  given: readonly CocoDetection[],
  { settings, images, categories, count }: Frame,
): Prepared {
  const flagged = settings.preset === 'corrected';
  const truths = groundTruthTable(groundTruth.annotations, images, categories, flagged);
  const detections = detectionTable(given, images, categories);
  const imageCount = images.ids.length;
  const together = settings.classAgnostic;
  const truthColumn = together ? new Int32Array(truths.category.length) : truths.category;
  const detectionColumn = together ? new Int32Array(detections.category.length) : detections.category;
  return {
    settings,
    detections,
    truths,
    groupedTruths: groupGroundTruth(truths, truthColumn, imageCount, count),
    groupedDetections: groupDetections(detections, detectionColumn, imageCount, count),
  };
}

function inOrder(categories: readonly CocoCategory[], ids: readonly Id[]): CocoCategory[] {
  const byId = new Map(categories.map((category) => [category.id, category]));
  return ids.map((id) => byId.get(id)!);
}

function categoryResult(
  { id, name }: CocoCategory,
  category: number,
  { truths, groupedTruths, groupedDetections }: Prepared,
  measures: Measures,
): CategoryResult {
  return {
    id,
    name,
    groundTruths: rowsOf(groupedTruths, category).filter((row) => truths.ignored[row] === 0).length,
    detections: rowsOf(groupedDetections, category).length,
    ...summarize(measures, [category]),
    apByIou: precisionByIou(measures, category),
    arByIou: recallByIou(measures, category),
  };
}
