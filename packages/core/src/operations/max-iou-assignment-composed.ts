import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  dispose,
  equal,
  expandDims,
  fill,
  greater,
  greaterEqual,
  less,
  logicalAnd,
  max,
  maximum,
  min,
  mul,
  range,
  slice,
  sub,
  tidy,
  where,
  zeros,
} from '@tensorflow/tfjs-core';
import { pairwiseOf } from './pairwise-blocks.ts';
import type { MaxIouAssignmentAttributes, MaxIouAssignmentInputs } from './max-iou-assignment.ts';

/** How many overlaps are held at a time. */
const BLOCK = 1 << 20;

/** What has been found in the blocks so far; all [n]. */
type Best = {
  readonly overlap: Tensor1D;
  readonly groundTruth: Tensor1D;
};

/** Assignment in tfjs ops, a block of ground truths at a time; never reads back. */
export function maxIouAssignmentComposed(
  { anchors, boxes, ignored }: MaxIouAssignmentInputs,
  attributes: MaxIouAssignmentAttributes,
): [Tensor1D, Tensor1D] {
  const count = anchors.shape[0];
  if (count === 0) return [zeros([0], 'int32'), zeros([0])];
  return tidy(() => {
    const outside = outsideIgnoredRegions(anchors, ignored, attributes);
    const starts = blockStarts(boxes.shape[0], count);
    let best: Best = { overlap: sub(outside, 1), groundTruth: zeros([count]) };
    for (const start of starts) {
      const next = tidy(() => betterOf(best, overlapBlock(anchors, boxes, outside, start, count), start));
      dispose([best.overlap, best.groundTruth]);
      best = next;
    }
    let assigned = byThreshold(best, outside, boxes.shape[0], attributes);
    if (attributes.lowQuality !== 'none') {
      for (const start of starts) {
        const next = tidy(() =>
          withLowQuality(
            assigned,
            best,
            overlapBlock(anchors, boxes, outside, start, count),
            start,
            attributes,
          ),
        );
        dispose(assigned);
        assigned = next;
      }
    }
    return [cast(assigned, 'int32'), best.overlap];
  });
}

function blockStarts(boxCount: number, anchorCount: number): number[] {
  const size = blockSize(anchorCount);
  return Array.from({ length: Math.ceil(boxCount / size) }, (_, i) => i * size);
}

function blockSize(anchorCount: number): number {
  return Math.max(1, Math.floor(BLOCK / anchorCount));
}

/** [n] float: 1 where an anchor counts, 0 in ignored regions. */
function outsideIgnoredRegions(
  anchors: Tensor2D,
  ignored: Tensor2D,
  { ignoreIofThreshold, ignoreByAnchorArea }: MaxIouAssignmentAttributes,
): Tensor1D {
  const count = anchors.shape[0];
  let outside = fill([count], 1) as Tensor1D;
  if (!(ignoreIofThreshold > 0)) return outside;
  for (const start of blockStarts(ignored.shape[0], count)) {
    const next: Tensor1D = tidy(() => {
      const regions = slice(ignored, [start, 0], [Math.min(blockSize(count), ignored.shape[0] - start), 4]);
      const share = pairwiseOf(anchors, regions, ignoreByAnchorArea ? 'first' : 'second');
      return mul(outside, sub(1, cast(greater(max(share, 1), ignoreIofThreshold), 'float32')));
    });
    outside.dispose();
    outside = next;
  }
  return outside;
}

/** [n, block] IoU, -1 in rows of ignored anchors. */
function overlapBlock(
  anchors: Tensor2D,
  boxes: Tensor2D,
  outside: Tensor1D,
  start: number,
  count: number,
): Tensor2D {
  const block = slice(boxes, [start, 0], [Math.min(blockSize(count), boxes.shape[0] - start), 4]);
  const column = expandDims<Tensor2D>(outside, 1);
  return add(mul(pairwiseOf(anchors, block, 'union'), column), sub(column, 1));
}

function betterOf(best: Best, overlaps: Tensor2D, start: number): Best {
  const largest = max<Tensor2D>(overlaps, 1, true);
  const size = overlaps.shape[1];
  // The first column that reaches the largest overlap: not argMax, whose ties differ from device to device.
  const behind = mul<Tensor2D>(cast(equal(overlaps, largest), 'float32'), expandDims(range(-size, 0), 0));
  const first = add<Tensor1D>(min(behind, 1), size + start);
  const overlap = max<Tensor1D>(overlaps, 1);
  return {
    overlap: maximum(best.overlap, overlap),
    groundTruth: where(greater(overlap, best.overlap), first, best.groundTruth),
  };
}

/** [n] float: the ground truth, -1 or -2. */
function byThreshold(
  best: Best,
  outside: Tensor1D,
  boxCount: number,
  { positiveIou, negativeLow, negativeHigh }: MaxIouAssignmentAttributes,
): Tensor1D {
  if (boxCount === 0) return sub(outside, 2);
  const negative = logicalAnd(greaterEqual(best.overlap, negativeLow), less(best.overlap, negativeHigh));
  return where(greaterEqual(best.overlap, positiveIou), best.groundTruth, sub(cast(negative, 'float32'), 2));
}

function withLowQuality(
  assigned: Tensor1D,
  best: Best,
  overlaps: Tensor2D,
  start: number,
  { lowQuality, minPositiveIou, matchZero, assignAllTies }: MaxIouAssignmentAttributes,
): Tensor1D {
  const [count, size] = overlaps.shape;
  const largest = max<Tensor2D>(overlaps, 0, true);
  const enough = greaterEqual(largest, Math.max(minPositiveIou, 0));
  const matches = cast(matchZero ? enough : logicalAnd(enough, greater(largest, 0)), 'float32');
  let tied = mul<Tensor2D>(cast(equal(overlaps, largest), 'float32'), matches);
  if (!assignAllTies) {
    const behind = expandDims<Tensor2D>(range(-count, 0), 1);
    tied = mul(tied, cast(equal(behind, min(mul(tied, behind), 0, true)), 'float32'));
  }
  // [n] one more than the last column that takes the anchor, or 0.
  const last = max<Tensor1D>(mul(tied, expandDims(range(1, size + 1), 0)), 1);
  const taker: Tensor1D = lowQuality === 'promote' ? best.groundTruth : add(last, start - 1);
  return where(greater(last, 0), taker, assigned);
}
