import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  concat,
  dispose,
  div,
  expandDims,
  fill,
  greater,
  greaterEqual,
  max,
  maximum,
  mul,
  slice,
  sqrt,
  square,
  sub,
  sum,
  tidy,
  where,
  zeros,
} from '@tensorflow/tfjs-core';
import type { AtssAssignmentAttributes, AtssAssignmentInputs } from './atss-assignment.ts';
import type { BestClaim } from './best-claim.ts';
import { betterClaim, claimCodes, noClaim } from './best-claim.ts';
import { LEAST_DEPTH, anchorRows, centreInside, truthBlocks, truthColumns } from './candidate-geometry.ts';
import { lowestOfRows } from './lowest-of-rows.ts';
import { pairwiseOf } from './pairwise-blocks.ts';

const FAR = 1e8;

/** ATSS in tfjs ops, a block of ground truths at a time. */
export function atssAssignmentComposed(
  { anchors, boxes, eligible }: AtssAssignmentInputs,
  attributes: AtssAssignmentAttributes,
): [Tensor1D, Tensor1D] {
  const count = anchors.shape[0];
  if (count === 0) return [zeros([0], 'int32'), zeros([0])];
  return tidy(() => {
    let best: BestClaim = noClaim(count);
    for (const [start, size] of truthBlocks(boxes.shape[0], count)) {
      const next = tidy(() => {
        const block = slice(boxes, [start, 0], [size, 4]);
        return betterClaim(best, claimsOf(block, anchors, eligible, attributes), start);
      });
      dispose(best);
      best = next;
    }
    return [claimCodes(best.groundTruth, eligible), best.value];
  });
}

/** [b, n]: the IoU where a ground truth takes an anchor, else -1. */
function claimsOf(
  block: Tensor2D,
  anchors: Tensor2D,
  eligible: Tensor1D,
  { levelSizes, topK, mmdet }: AtssAssignmentAttributes,
): Tensor2D {
  const [rows, truth] = [anchorRows(anchors), truthColumns(block)];
  const distance = sqrt<Tensor2D>(add(square(sub(rows.x, truth.x)), square(sub(rows.y, truth.y))));
  const open = expandDims<Tensor2D>(eligible, 0);
  const counted = add<Tensor2D>(mul(distance, open), mul(sub(1, open), FAR));
  let start = 0;
  const byLevel = levelSizes
    .filter((size) => size > 0)
    .map((size) => {
      const level = slice(counted, [0, start], [block.shape[0], size]);
      start += size;
      return lowestOfRows(level, Math.min(topK, size));
    });
  const nearest = concat(byLevel, 1);
  const candidates: Tensor2D = mmdet ? nearest : mul(nearest, open);
  const iou = pairwiseOf(block, anchors, 'union');
  const enough = cast<Tensor2D>(greaterEqual(iou, meanPlusDeviation(iou, candidates, mmdet)), 'float32');
  const taken = mul<Tensor2D>(mul(candidates, enough), centreInside(rows, truth, LEAST_DEPTH));
  return where<Tensor2D>(greater(taken, 0), iou, fill(iou.shape, -1));
}

/** [b, 1] over the candidates of each row. */
function meanPlusDeviation(values: Tensor2D, candidates: Tensor2D, mmdet: boolean): Tensor2D {
  const count = sum<Tensor2D>(candidates, 1, true);
  // Measured from the largest, so that the mean of equal values is exact.
  const largest = max<Tensor2D>(mul(values, candidates), 1, true);
  const below = mul<Tensor2D>(sub(largest, values), candidates);
  const mean = sub<Tensor2D>(largest, div(sum(below, 1, true), maximum(count, 1)));
  const squares = sum<Tensor2D>(mul(square(sub(values, mean)), candidates), 1, true);
  const degrees = sub<Tensor2D>(count, 1);
  return add(mean, sqrt(div(squares, mmdet ? degrees : maximum(degrees, 1))));
}
