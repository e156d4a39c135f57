import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  clipByValue,
  concat,
  div,
  equal,
  expandDims,
  fill,
  gather,
  greater,
  logicalAnd,
  max,
  maximum,
  min,
  minimum,
  mul,
  range,
  reshape,
  squeeze,
  sub,
  transpose,
  unstack,
  where,
} from '@tensorflow/tfjs-core';
import { LOWEST_SCORE } from './lowest-score.ts';

/** What does not change from round to round of an NMS in tfjs ops. */
export interface NmsTables {
  /** [5, n] x1 y1 x2 y2 area. */
  readonly table: Tensor2D;
  /** [n] int32 group, clipped into range. */
  readonly own: Tensor1D;
  /** [groupCount, n] bool. */
  readonly member: Tensor2D;
  /** [n] float 0…n-1. */
  readonly place: Tensor1D;
  /** Added to every side, in pixels. */
  readonly offset: number;
}

/** A round: the best box left in each group is picked. Every tensor is [n]. */
export interface NmsRound {
  /** Float: the place of the pick of a box's group. */
  readonly pick: Tensor1D;
  /** Bool: whether that group had a box left to pick. */
  readonly found: Tensor1D;
  /** Bool: whether a box is that pick. */
  readonly picked: Tensor1D;
  /** The box's IoU with the pick of its group. */
  readonly iou: Tensor1D;
}

/** The tables of boxes [n, 4] in groups [n]. */
export function nmsTables(boxes: Tensor2D, group: Tensor1D, groupCount: number, offset: number): NmsTables {
  const corners = transpose(boxes);
  const [x1, y1, x2, y2] = unstack(corners) as [Tensor1D, Tensor1D, Tensor1D, Tensor1D];
  const area = mul(add(sub(x2, x1), offset), add(sub(y2, y1), offset));
  return {
    table: concat([corners, expandDims<Tensor2D>(area, 0)], 0),
    // Clipped as float: the wasm backend does not clip int32.
    own: cast(clipByValue(cast(group, 'float32'), 0, groupCount - 1), 'int32'),
    member: equal(expandDims(group, 0), expandDims(range(0, groupCount, 1, 'int32'), 1)),
    place: range(0, boxes.shape[0]),
    offset,
  };
}

/** The round over the scores [n] that are left; `LOWEST_SCORE` marks what is out of the race. */
export function nmsRound({ table, own, member, place, offset }: NmsTables, left: Tensor1D): NmsRound {
  const [groupCount] = member.shape;
  const count = left.shape[0];
  const leftInGroup =
    groupCount === 1
      ? expandDims<Tensor2D>(left, 0)
      : where(member, expandDims(left, 0), fill([groupCount, count], LOWEST_SCORE));
  const best = max<Tensor2D>(leftInGroup, 1, true);
  // The first place that reaches the best score: not argMax, whose ties differ from device to device.
  const behind = mul<Tensor2D>(cast(equal(leftInGroup, best), 'float32'), expandDims(sub(place, count), 0));
  const first = add<Tensor1D>(min(behind, 1), count);
  // As float32: not every backend gathers bool.
  const bestFound = squeeze<Tensor1D>(cast(greater(best, LOWEST_SCORE), 'float32'), [1]);
  const picks = concat(
    [gather(table, cast(first, 'int32'), 1), reshape(first, [1, -1]), reshape(bestFound, [1, -1])],
    0,
  );
  const [x1, y1, x2, y2, area] = unstack(table) as Tensor1D[];
  const [px1, py1, px2, py2, pickArea, pick, pickFound] = unstack(gather(picks, own, 1)) as Tensor1D[];
  const width = maximum<Tensor1D>(add(sub(minimum(x2!, px2!), maximum(x1!, px1!)), offset), 0);
  const height = maximum<Tensor1D>(add(sub(minimum(y2!, py2!), maximum(y1!, py1!)), offset), 0);
  const inter = mul<Tensor1D>(width, height);
  const union = maximum<Tensor1D>(sub(add(area!, pickArea!), inter), 1e-30);
  const found = greater<Tensor1D>(pickFound!, 0);
  return { pick: pick!, found, picked: logicalAnd(equal(place, pick!), found), iou: div(inter, union) };
}
