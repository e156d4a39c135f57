import type { Tensor1D } from '@tensorflow/tfjs-core';
import { tensor1d } from '@tensorflow/tfjs-core';
import type { AtssAssignmentAttributes, AtssAssignmentInputs } from './atss-assignment.ts';
import { boxColumns } from './box-columns.ts';
import { LEAST_DEPTH, centresOf, depthIn, iouOf } from './candidate-geometry.ts';
import { codesOfClaims } from './codes-of-claims.ts';
import { SmallestFew } from './smallest-few.ts';
import { smallestAsTorch } from './torch-top-k.ts';

const { fround, sqrt } = Math;
const FAR = 1e8;

/** ATSS on typed arrays, a ground truth at a time. */
export function atssAssignmentOnHost(
  inputs: AtssAssignmentInputs,
  { levelSizes, topK, mmdet }: AtssAssignmentAttributes,
): [Tensor1D, Tensor1D] {
  const anchors = boxColumns(inputs.anchors.dataSync() as Float32Array);
  const boxes = boxColumns(inputs.boxes.dataSync() as Float32Array);
  const eligible = inputs.eligible.dataSync() as Float32Array;
  const [points, centres] = [centresOf(anchors), centresOf(boxes)];
  const overlap = new Float32Array(anchors.count).fill(-1);
  const groundTruth = new Int32Array(anchors.count).fill(-1);
  const nearest = new SmallestFew(topK);
  const distances = new Float32Array(anchors.count);
  const candidates: number[] = [];
  const ious: number[] = [];
  for (let k = 0; k < boxes.count; k += 1) {
    for (let i = 0; i < anchors.count; i += 1) {
      const [dx, dy] = [fround(points.x[i]! - centres.x[k]!), fround(points.y[i]! - centres.y[k]!)];
      distances[i] = eligible[i]! > 0 ? sqrt(fround(fround(dx * dx) + fround(dy * dy))) : FAR;
    }
    candidates.length = 0;
    let start = 0;
    for (const size of levelSizes) {
      if (mmdet) {
        const level = smallestAsTorch(distances.subarray(start, start + size), Math.min(topK, size));
        for (const i of level.toSorted((a, b) => distances[start + a]! - distances[start + b]!)) {
          candidates.push(start + i);
        }
      } else {
        nearest.clear();
        for (let i = start; i < start + size; i += 1) if (eligible[i]! > 0) nearest.offer(distances[i]!, i);
        for (let at = 0; at < nearest.count; at += 1) candidates.push(nearest.indices[at]!);
      }
      start += size;
    }
    ious.length = 0;
    for (const i of candidates) ious.push(iouOf(anchors, i, boxes, k));
    const threshold = meanPlusDeviation(ious, mmdet);
    for (const [at, i] of candidates.entries()) {
      const iou = ious[at]!;
      if (!(iou >= threshold && iou > overlap[i]!)) continue;
      if (!(depthIn(boxes, k, points.x[i]!, points.y[i]!) > LEAST_DEPTH)) continue;
      overlap[i] = iou;
      groundTruth[i] = k;
    }
  }
  return [codesOfClaims(groundTruth, eligible), tensor1d(overlap)];
}

/** With the unbiased standard deviation; of one value it is NaN in mmdet, else 0. */
function meanPlusDeviation(values: readonly number[], mmdet: boolean): number {
  const count = values.length;
  const mean = values.reduce((sum, x) => sum + x, 0) / count;
  const squares = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const deviation = count > 1 ? sqrt(squares / (count - 1)) : mmdet ? Number.NaN : 0;
  return fround((mmdet ? meanAsTorch(values) : fround(mean)) + fround(deviation));
}

/** In float32, four sums side by side, as torch does on the CPU: where IoUs are equal its last digit decides whether they are enough. */
function meanAsTorch(values: readonly number[]): number {
  const sums = [0, 0, 0, 0];
  const whole = values.length - (values.length % 4);
  for (const [i, x] of values.entries()) {
    const lane = i < whole ? i % 4 : 0;
    sums[lane] = fround(sums[lane]! + x);
  }
  return fround(sums.reduce((sum, x) => fround(sum + x)) / values.length);
}
