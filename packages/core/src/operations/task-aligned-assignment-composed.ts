import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  cast,
  dispose,
  equal,
  expandDims,
  fill,
  gather,
  greater,
  mul,
  neg,
  pow,
  range,
  scalar,
  slice,
  sum,
  tidy,
  transpose,
  where,
  zeros,
} from '@tensorflow/tfjs-core';
import type { BestClaim } from './best-claim.ts';
import { betterClaim, claimCodes, firstRow, noClaim } from './best-claim.ts';
import { LEAST_DEPTH, anchorRows, centreInside, truthBlocks, truthColumns } from './candidate-geometry.ts';
import { lowestOfRows } from './lowest-of-rows.ts';
import { pairwiseOf } from './pairwise-blocks.ts';
import type {
  TaskAlignedAssignmentAttributes,
  TaskAlignedAssignmentInputs,
} from './task-aligned-assignment.ts';

/** Task-aligned assignment in tfjs ops, a block of ground truths at a time. */
export function taskAlignedAssignmentComposed(
  inputs: TaskAlignedAssignmentInputs,
  attributes: TaskAlignedAssignmentAttributes,
): [Tensor1D, Tensor1D, Tensor1D] {
  const { anchors, boxes, classes, eligible } = inputs;
  const count = anchors.shape[0];
  if (count === 0) return [zeros([0], 'int32'), zeros([0]), zeros([0])];
  return tidy(() => {
    let best: BestClaim & { readonly alignment: Tensor1D } = { ...noClaim(count), alignment: zeros([count]) };
    for (const [start, size] of truthBlocks(boxes.shape[0], count)) {
      const next = tidy(() => {
        const block = slice(boxes, [start, 0], [size, 4]);
        const { claims, alignment } = claimsOf(block, slice(classes, [start], [size]), inputs, attributes);
        const better = betterClaim(best, claims, start);
        const first = equal(expandDims(range(0, size), 1), expandDims(firstRow(claims), 0));
        const own = sum<Tensor1D>(mul(alignment, cast(first, 'float32')), 0);
        return { ...better, alignment: where(greater(better.value, best.value), own, best.alignment) };
      });
      dispose(best);
      best = next;
    }
    return [claimCodes(best.groundTruth, eligible), best.value, best.alignment];
  });
}

/** [b, n] the IoU where a ground truth takes an anchor, else -1; and the alignment of all. */
function claimsOf(
  block: Tensor2D,
  classes: Tensor1D,
  { anchors, predicted, scores, eligible }: TaskAlignedAssignmentInputs,
  { topK, alpha, beta }: TaskAlignedAssignmentAttributes,
): { claims: Tensor2D; alignment: Tensor2D } {
  const iou = pairwiseOf(block, predicted, 'union');
  const own = gather<Tensor2D>(transpose(scores), classes);
  const aligned = mul<Tensor2D>(pow(own, scalar(alpha)), pow(iou, scalar(beta)));
  const alignment = mul<Tensor2D>(aligned, expandDims(eligible, 0));
  const candidates = lowestOfRows(neg(alignment), Math.min(topK, anchors.shape[0]));
  const inside = centreInside(anchorRows(anchors), truthColumns(block), LEAST_DEPTH);
  const taken = mul<Tensor2D>(mul(candidates, cast(greater(alignment, 0), 'float32')), inside);
  return { claims: where<Tensor2D>(greater(taken, 0), iou, fill(iou.shape, -1)), alignment };
}
