import type { Tensor1D } from '@tensorflow/tfjs-core';
import { tensor1d } from '@tensorflow/tfjs-core';
import type { BoxColumns } from './box-columns.ts';
import { boxColumns, intersection, iouWithAll } from './box-columns.ts';
import type { MaxIouAssignmentAttributes, MaxIouAssignmentInputs } from './max-iou-assignment.ts';

const { fround, max } = Math;

/** What one pass over the ground truths finds. */
interface Best {
  /** [n] the largest IoU of each anchor; -1 in ignored regions. */
  readonly overlap: Float32Array;
  /** [n] the first ground truth that reaches it. */
  readonly groundTruth: Int32Array;
  /** [k] the largest IoU of each ground truth; -1 when every anchor is ignored. */
  readonly ofGroundTruth: Float32Array;
}

/** Assignment on typed arrays: one row of overlaps at a time. */
export function maxIouAssignmentOnHost(
  inputs: MaxIouAssignmentInputs,
  attributes: MaxIouAssignmentAttributes,
): [Tensor1D, Tensor1D] {
  const [anchors, boxes, ignored] = [inputs.anchors, inputs.boxes, inputs.ignored].map((rows) =>
    boxColumns(rows.dataSync() as Float32Array),
  ) as [BoxColumns, BoxColumns, BoxColumns];
  const best = findBest(anchors, boxes, inIgnoredRegion(anchors, ignored, attributes));
  const assigned = byThreshold(best, boxes.count, attributes);
  if (attributes.lowQuality !== 'none') matchLowQuality(anchors, boxes, best, assigned, attributes);
  return [tensor1d(assigned, 'int32'), tensor1d(best.overlap, 'float32')];
}

function inIgnoredRegion(
  anchors: BoxColumns,
  ignored: BoxColumns,
  { ignoreIofThreshold, ignoreByAnchorArea }: MaxIouAssignmentAttributes,
): Uint8Array {
  const inside = new Uint8Array(anchors.count);
  if (!(ignoreIofThreshold > 0)) return inside;
  const threshold = fround(ignoreIofThreshold);
  const smallest = fround(1e-6);
  for (let region = 0; region < ignored.count; region += 1) {
    for (let i = 0; i < anchors.count; i += 1) {
      const inter = intersection(anchors, i, ignored, region);
      const area = ignoreByAnchorArea ? anchors.area[i]! : ignored.area[region]!;
      if (inter > 0 && fround(inter / max(area, smallest)) > threshold) inside[i] = 1;
    }
  }
  return inside;
}

function findBest(anchors: BoxColumns, boxes: BoxColumns, ignored: Uint8Array): Best {
  const overlap = new Float32Array(anchors.count);
  for (let i = 0; i < overlap.length; i += 1) overlap[i] = ignored[i] ? -1 : 0;
  const groundTruth = new Int32Array(anchors.count);
  const ofGroundTruth = new Float32Array(boxes.count).fill(-1);
  const row = new Float32Array(anchors.count);
  for (let k = 0; k < boxes.count; k += 1) {
    iouWithAll(anchors, boxes, k, row);
    let largest = -1;
    for (let i = 0; i < row.length; i += 1) {
      if (ignored[i]) continue;
      const iou = row[i]!;
      if (iou > largest) largest = iou;
      if (iou > overlap[i]!) {
        overlap[i] = iou;
        groundTruth[i] = k;
      }
    }
    ofGroundTruth[k] = largest;
  }
  return { overlap, groundTruth, ofGroundTruth };
}

function byThreshold(
  { overlap, groundTruth }: Best,
  boxCount: number,
  { positiveIou, negativeLow, negativeHigh }: MaxIouAssignmentAttributes,
): Int32Array {
  const [positive, low, high] = [fround(positiveIou), fround(negativeLow), fround(negativeHigh)];
  const assigned = new Int32Array(overlap.length);
  for (let i = 0; i < overlap.length; i += 1) {
    const iou = overlap[i]!;
    if (boxCount === 0) assigned[i] = iou < 0 ? -2 : -1;
    else if (iou >= positive) assigned[i] = groundTruth[i]!;
    else assigned[i] = iou >= low && iou < high ? -1 : -2;
  }
  return assigned;
}

/** Changes `assigned`. */
function matchLowQuality(
  anchors: BoxColumns,
  boxes: BoxColumns,
  best: Best,
  assigned: Int32Array,
  { lowQuality, minPositiveIou, matchZero, assignAllTies }: MaxIouAssignmentAttributes,
): void {
  const row = new Float32Array(anchors.count);
  const least = fround(minPositiveIou);
  for (let k = 0; k < boxes.count; k += 1) {
    const largest = best.ofGroundTruth[k]!;
    if (!(largest >= least && (largest > 0 || (largest === 0 && matchZero)))) continue;
    iouWithAll(anchors, boxes, k, row);
    for (let i = 0; i < row.length; i += 1) {
      if (row[i] !== largest || best.overlap[i]! < 0) continue;
      assigned[i] = lowQuality === 'promote' ? best.groundTruth[i]! : k;
      if (!assignAllTies) break;
    }
  }
}
