import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  cast,
  equal,
  expandDims,
  greater,
  less,
  logicalAnd,
  logicalOr,
  mul,
  range,
} from '@tensorflow/tfjs-core';
import { GUARDS } from './overlap-conventions.ts';
import { overlapOfCorners } from './overlap-of-corners.ts';
import { columnsOf, rowsOf } from './corners.ts';

/**
 * [n, n] the IoU of box i with box j where i comes before j by descending score (ties: the lower index) and is of the same class; 0
 * elsewhere. Needs no sort.
 */
export function precedingOverlaps(boxes: Tensor2D, scores: Tensor1D, classes?: Tensor1D): Tensor2D {
  const [first, second] = [expandDims(scores, 1), expandDims(scores, 0)];
  const place: Tensor1D = range(0, boxes.shape[0]);
  const lower = less(expandDims(place, 1), expandDims(place, 0));
  const before = logicalOr(greater(first, second), logicalAnd(equal(first, second), lower));
  const alike = classes ? logicalAnd(before, equal(expandDims(classes, 1), expandDims(classes, 0))) : before;
  const iou = overlapOfCorners('iou', columnsOf(boxes), rowsOf(boxes), GUARDS.safe);
  return mul(iou, cast(alike, 'float32'));
}
