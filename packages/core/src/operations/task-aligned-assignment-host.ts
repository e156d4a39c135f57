import type { Tensor1D } from '@tensorflow/tfjs-core';
import { tensor1d } from '@tensorflow/tfjs-core';
import { boxColumns } from './box-columns.ts';
import { LEAST_DEPTH, centresOf, depthIn, iouOf } from './candidate-geometry.ts';
import { codesOfClaims } from './codes-of-claims.ts';
import { SmallestFew } from './smallest-few.ts';
import type {
  TaskAlignedAssignmentAttributes,
  TaskAlignedAssignmentInputs,
} from './task-aligned-assignment.ts';

const { fround } = Math;

/** Task-aligned assignment on typed arrays, a ground truth at a time. */
export function taskAlignedAssignmentOnHost(
  inputs: TaskAlignedAssignmentInputs,
  { topK, alpha, beta }: TaskAlignedAssignmentAttributes,
): [Tensor1D, Tensor1D, Tensor1D] {
  const anchors = boxColumns(inputs.anchors.dataSync() as Float32Array);
  const predicted = boxColumns(inputs.predicted.dataSync() as Float32Array);
  const boxes = boxColumns(inputs.boxes.dataSync() as Float32Array);
  const scores = inputs.scores.dataSync();
  const classes = inputs.classes.dataSync();
  const eligible = inputs.eligible.dataSync() as Float32Array;
  const columns = inputs.scores.shape[1];
  const points = centresOf(anchors);
  const overlap = new Float32Array(anchors.count).fill(-1);
  const alignment = new Float32Array(anchors.count);
  const groundTruth = new Int32Array(anchors.count).fill(-1);
  const best = new SmallestFew(topK);
  for (let k = 0; k < boxes.count; k += 1) {
    best.clear();
    for (let i = 0; i < anchors.count; i += 1) {
      if (eligible[i] === 0) continue;
      const iou = iouOf(predicted, i, boxes, k);
      if (iou === 0 && beta > 0) continue;
      const score = scores[i * columns + classes[k]!]!;
      const value = fround(fround(score ** alpha) * fround(iou ** beta));
      if (value > 0) best.offer(-value, i);
    }
    for (let at = 0; at < best.count; at += 1) {
      const i = best.indices[at]!;
      if (!(depthIn(boxes, k, points.x[i]!, points.y[i]!) > LEAST_DEPTH)) continue;
      const iou = iouOf(predicted, i, boxes, k);
      if (!(iou > overlap[i]!)) continue;
      overlap[i] = iou;
      alignment[i] = -best.values[at]!;
      groundTruth[i] = k;
    }
  }
  return [codesOfClaims(groundTruth, eligible), tensor1d(overlap), tensor1d(alignment)];
}
