/**
 * Evaluation of object detectors by the rules of COCO and Pascal VOC, and the shape of a data set. Runs anywhere; reading
 * files is in `@equipoise/coco/node`.
 *
 * @packageDocumentation
 */
export { DataError, type DataErrorParts } from './data-error.ts';
export type { AreaRange, CocoOptions, CocoSettings } from './evaluation/coco-options.ts';
export type { CategoryResult, CocoEvaluation, CocoStats } from './evaluation/coco-result.ts';
export { evaluateCoco } from './evaluation/evaluate-coco.ts';
export { evaluateVoc } from './evaluation/evaluate-voc.ts';
export type {
  CocoAnnotation,
  CocoCategory,
  CocoDetection,
  CocoGroundTruth,
  CocoImage,
  Id,
} from './evaluation/inputs.ts';
export {
  precisionRecallCurve,
  type CurveOptions,
  type PrecisionRecallCurve,
} from './evaluation/precision-recall-curve.ts';
export type { VocCategoryResult, VocEvaluation, VocOptions } from './evaluation/voc-result.ts';
export type {
  Corners,
  Dataset,
  DatasetBox,
  DatasetCategory,
  DatasetImage,
  ReadOptions,
  Split,
} from './dataset/dataset.ts';
export { toCocoGroundTruth } from './dataset/to-coco-ground-truth.ts';
export { toOriginal, toView, type Fit, type View } from './images/view.ts';
