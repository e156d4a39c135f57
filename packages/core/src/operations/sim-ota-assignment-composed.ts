import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  dispose,
  equal,
  expandDims,
  fill,
  floor,
  gather,
  greater,
  less,
  log,
  log1p,
  logicalAnd,
  max,
  maximum,
  min,
  minimum,
  mul,
  neg,
  range,
  slice,
  sub,
  sum,
  tidy,
  topk,
  transpose,
  where,
  zeros,
} from '@tensorflow/tfjs-core';
import { claimCodes, firstRow } from './best-claim.ts';
import type { AnchorRows } from './candidate-geometry.ts';
import { anchorRows, centreInside, truthBlocks, truthColumns } from './candidate-geometry.ts';
import { LEAST_LOG } from './least-log.ts';
import { lowestOfRows } from './lowest-of-rows.ts';
import { pairwiseOf } from './pairwise-blocks.ts';
import type { SimOtaAssignmentAttributes, SimOtaAssignmentInputs } from './sim-ota-assignment.ts';

/** What costs more than anything. */
const NEVER = 1e30;

/** What has been found in the blocks so far; all [n]. */
type Found = {
  /** How many ground truths claim the anchor, the last that does, and its IoU. */
  readonly claims: Tensor1D;
  readonly claimer: Tensor1D;
  readonly claimerIou: Tensor1D;
  /** The least cost for any ground truth, the first that has it, and its IoU. */
  readonly least: Tensor1D;
  readonly cheapest: Tensor1D;
  readonly cheapestIou: Tensor1D;
};

/** SimOTA in tfjs ops, a block of ground truths at a time: once to see which anchors are candidates, once for costs. */
export function simOtaAssignmentComposed(
  inputs: SimOtaAssignmentInputs,
  attributes: SimOtaAssignmentAttributes,
): [Tensor1D, Tensor1D] {
  const { anchors, boxes, eligible } = inputs;
  const count = anchors.shape[0];
  if (count === 0) return [zeros([0], 'int32'), zeros([0])];
  return tidy(() => {
    const rows = anchorRows(anchors);
    const blocks = truthBlocks(boxes.shape[0], count);
    let candidate: Tensor1D = zeros([count]);
    for (const [start, size] of blocks) {
      const next: Tensor1D = tidy(() => {
        const { near } = regionsOf(rows, slice(boxes, [start, 0], [size, 4]), attributes);
        return maximum(candidate, max<Tensor1D>(near, 0));
      });
      candidate.dispose();
      candidate = next;
    }
    candidate = mul(candidate, eligible);
    let found: Found = {
      claims: zeros([count]),
      claimer: fill([count], -1),
      claimerIou: fill([count], -1),
      least: fill([count], NEVER),
      cheapest: fill([count], -1),
      cheapestIou: fill([count], -1),
    };
    for (const [start, size] of blocks) {
      const next = tidy(() => withBlock(found, rows, candidate, inputs, attributes, start, size));
      dispose(found);
      found = next;
    }
    const contested = greater(found.claims, 1);
    const assigned = where<Tensor1D>(contested, found.cheapest, found.claimer);
    return [claimCodes(assigned, eligible), where(contested, found.cheapestIou, found.claimerIou)];
  });
}

/** [b, n] float32: where an anchor may be taken, and where without penalty. Rows of ground truths that take no part are 0. */
function regionsOf(
  rows: AnchorRows,
  block: Tensor2D,
  { centreRadius, region, skipEmpty }: SimOtaAssignmentAttributes,
): { near: Tensor2D; wanted: Tensor2D; takesPart: Tensor2D } {
  const truth = truthColumns(block);
  const within = (own: Tensor2D, centre: Tensor2D, side: Tensor2D): Tensor2D => {
    const reach = mul<Tensor2D>(side, centreRadius);
    return logicalAnd(greater(own, sub(centre, reach)), less(own, add(centre, reach)));
  };
  const both = logicalAnd<Tensor2D>(
    within(rows.x, truth.x, rows.width),
    within(rows.y, truth.y, rows.height),
  );
  const central = cast<Tensor2D>(both, 'float32');
  const takesPart: Tensor2D = skipEmpty
    ? cast(logicalAnd(greater(truth.x2, truth.x1), greater(truth.y2, truth.y1)), 'float32')
    : fill([block.shape[0], 1], 1);
  if (region === 'centre') {
    const near = mul<Tensor2D>(central, takesPart);
    return { near, wanted: near, takesPart };
  }
  const inside = centreInside(rows, truth, 0);
  return {
    near: mul(maximum(central, inside), takesPart),
    wanted: mul(mul(central, inside), takesPart),
    takesPart,
  };
}

function withBlock(
  found: Found,
  rows: AnchorRows,
  candidate: Tensor1D,
  { predicted, scores, boxes, classes }: SimOtaAssignmentInputs,
  attributes: SimOtaAssignmentAttributes,
  start: number,
  size: number,
): Found {
  const { candidateTopK, iouWeight, classWeight, epsilon, penalty } = attributes;
  const block = slice(boxes, [start, 0], [size, 4]);
  const { wanted, takesPart } = regionsOf(rows, block, attributes);
  const open = mul<Tensor2D>(expandDims(candidate, 0), takesPart);
  const iou = mul<Tensor2D>(pairwiseOf(block, predicted, 'union'), open);
  const entropy = crossEntropy(scores, slice(classes, [start], [size]));
  const distance = neg<Tensor2D>(log(add(iou, epsilon)));
  const free = add<Tensor2D>(mul(entropy, classWeight), mul(distance, iouWeight));
  const cost = where<Tensor2D>(
    greater(open, 0),
    add(free, mul(sub(1, wanted), penalty)),
    fill(iou.shape, NEVER),
  );
  const few = Math.min(candidateTopK, cost.shape[1]);
  const dynamic = maximum<Tensor2D>(floor(sum(topk(iou, few, true).values, 1, true)), 1);
  const taken = mul<Tensor2D>(lowestOfRows(cost, few, dynamic), open);
  const number = expandDims<Tensor2D>(range(start + 1, start + size + 1), 1);
  const last = max<Tensor1D>(mul(taken, number), 0);
  const claimed = greater(last, 0);
  const ofLast = cast<Tensor2D>(equal(number, expandDims(last, 0)), 'float32');
  const least = min<Tensor1D>(cost, 0);
  const first = firstRow(neg(cost));
  const better = less(least, found.least);
  const ofFirst = cast<Tensor2D>(equal(sub(number, start + 1), expandDims(first, 0)), 'float32');
  return {
    claims: add(found.claims, sum<Tensor1D>(taken, 0)),
    claimer: where(claimed, sub(last, 1), found.claimer),
    claimerIou: where(claimed, sum<Tensor1D>(mul(iou, ofLast), 0), found.claimerIou),
    least: minimum(least, found.least),
    cheapest: where(better, add(first, start), found.cheapest),
    cheapestIou: where(better, sum<Tensor1D>(mul(iou, ofFirst), 0), found.cheapestIou),
  };
}

/** [b, n] cross-entropy of the scores of each anchor if it were of the class of each ground truth. */
function crossEntropy(scores: Tensor2D, classes: Tensor1D): Tensor2D {
  const against = neg<Tensor2D>(maximum(log1p(neg(scores)), LEAST_LOG));
  const ofNoClass = expandDims<Tensor2D>(sum(against, 1), 0);
  const inFavour = neg<Tensor2D>(maximum(log(scores), LEAST_LOG));
  const own = (terms: Tensor2D): Tensor2D => gather<Tensor2D>(transpose(terms), classes);
  return add(sub(ofNoClass, own(against)), own(inFavour));
}
