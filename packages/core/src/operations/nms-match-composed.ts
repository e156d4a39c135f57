import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  concat,
  dispose,
  div,
  equal,
  expandDims,
  fill,
  gather,
  greater,
  greaterEqual,
  logicalAnd,
  logicalOr,
  max,
  maximum,
  min,
  minimum,
  mul,
  range,
  reshape,
  squeeze,
  sub,
  tidy,
  transpose,
  unstack,
  where,
  zeros,
} from '@tensorflow/tfjs-core';
import { LOWEST_SCORE } from './lowest-score.ts';
import type { NmsMatchAttributes, NmsMatchInputs } from './nms-match.ts';

/** What does not change from round to round. */
interface Fixed {
  /** [5, n] x1 y1 x2 y2 area. */
  readonly table: Tensor2D;
  /** [n] int32. */
  readonly group: Tensor1D;
  /** [groupCount, n] bool. */
  readonly member: Tensor2D;
  /** [n] float 0…n-1. */
  readonly place: Tensor1D;
  readonly iouThreshold: number;
}

/** NMS-match in tfjs ops: a round a keeper, vectorised over the groups. */
export function nmsMatchComposed(
  { boxes, scores, group, eligible }: NmsMatchInputs,
  { groupCount, iouThreshold, maxKeepers }: NmsMatchAttributes,
): Tensor1D {
  const count = scores.shape[0];
  if (count === 0) return zeros([0], 'int32');
  return tidy(() => {
    const corners = transpose(boxes);
    const [x1, y1, x2, y2] = unstack(corners) as [Tensor1D, Tensor1D, Tensor1D, Tensor1D];
    const area = expandDims<Tensor2D>(mul(sub(x2, x1), sub(y2, y1)), 0);
    const fixed: Fixed = {
      table: concat([corners, area], 0),
      group,
      member: equal(expandDims(group, 0), expandDims(range(0, groupCount, 1, 'int32'), 1)),
      place: range(0, count),
      iouThreshold,
    };
    let left: Tensor1D = where(greater(eligible, 0), scores, fill([count], LOWEST_SCORE));
    let belongsTo: Tensor1D = range(0, count);
    for (let round = 0; round < Math.min(maxKeepers, count); round += 1) {
      const [nextLeft, nextBelongsTo] = tidy(() => keepOncePerGroup(fixed, left, belongsTo));
      dispose([left, belongsTo]);
      [left, belongsTo] = [nextLeft, nextBelongsTo];
    }
    return cast(belongsTo, 'int32');
  });
}

/** The best box left in each group becomes a keeper; all left that overlap it enough belong to it. */
function keepOncePerGroup(
  { table, group, member, place, iouThreshold }: Fixed,
  left: Tensor1D,
  belongsTo: Tensor1D,
): [Tensor1D, Tensor1D] {
  const count = left.shape[0];
  const leftInGroup = where<Tensor2D>(member, expandDims(left, 0), fill(member.shape, LOWEST_SCORE));
  const best = max<Tensor2D>(leftInGroup, 1, true);
  // The first place that reaches the best score: not argMax, whose ties differ from device to device.
  const behind = mul<Tensor2D>(cast(equal(leftInGroup, best), 'float32'), expandDims(sub(place, count), 0));
  const first = add<Tensor1D>(min(behind, 1), count);
  // As float32: not every backend gathers bool.
  const found = squeeze<Tensor1D>(cast(greater(best, LOWEST_SCORE), 'float32'), [1]);
  const picks = concat(
    [gather(table, cast(first, 'int32'), 1), reshape(first, [1, -1]), reshape(found, [1, -1])],
    0,
  );
  const [x1, y1, x2, y2, area] = rowsOf(table);
  const [px1, py1, px2, py2, pickArea, keeper, keeperFound] = rowsOf(gather(picks, group, 1));
  const width = maximum<Tensor1D>(sub(minimum(x2!, px2!), maximum(x1!, px1!)), 0);
  const height = maximum<Tensor1D>(sub(minimum(y2!, py2!), maximum(y1!, py1!)), 0);
  const inter = mul<Tensor1D>(width, height);
  const union = maximum<Tensor1D>(sub(add(area!, pickArea!), inter), 1e-30);
  const near = logicalOr(equal(place, keeper!), greaterEqual(div(inter, union), iouThreshold));
  const open = logicalAnd(greater(keeperFound!, 0), greater(left, LOWEST_SCORE));
  const taken = logicalAnd(open, near);
  return [where(taken, fill([count], LOWEST_SCORE), left), where(taken, keeper!, belongsTo)];
}

function rowsOf(table: Tensor): readonly Tensor1D[] {
  return unstack(table) as Tensor1D[];
}
