import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  clipByValue,
  concat,
  dispose,
  div,
  equal,
  expandDims,
  fill,
  gather,
  greater,
  less,
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
import type { GreedyNmsAttributes, GreedyNmsInputs } from './greedy-nms.ts';
import { LOWEST_SCORE } from './lowest-score.ts';

/** What is used up or out of the race gets it: below every score that can be kept. */
const SPENT = LOWEST_SCORE;

/** What does not change from round to round. */
interface Fixed {
  /** [5, n] x1 y1 x2 y2 area. */
  readonly table: Tensor2D;
  /** [n] int32 group, clipped into range. */
  readonly own: Tensor1D;
  /** [groupCount, n] bool. */
  readonly member: Tensor2D;
  /** [n] float 0…n-1. */
  readonly place: Tensor1D;
}

/** Greedy NMS in tfjs ops: as many rounds as boxes may be kept in a group, each vectorised over the groups. */
export function greedyNmsComposed(inputs: GreedyNmsInputs, attributes: GreedyNmsAttributes): Tensor1D {
  const count = inputs.scores.shape[0];
  if (count === 0) return zeros([0]);
  return tidy(() => {
    const fixed = prepare(inputs, attributes);
    let left = startingScores(inputs, attributes);
    let kept: Tensor1D = zeros([count]);
    for (let round = 0; round < Math.min(attributes.maxPerGroup, count); round += 1) {
      const [nextLeft, nextKept] = tidy(() => pickOncePerGroup(fixed, left, kept, attributes));
      dispose([left, kept]);
      [left, kept] = [nextLeft, nextKept];
    }
    return kept;
  });
}

function prepare({ boxes, group }: GreedyNmsInputs, { groupCount, offset }: GreedyNmsAttributes): Fixed {
  const corners = transpose(boxes);
  const [x1, y1, x2, y2] = unstack(corners) as [Tensor1D, Tensor1D, Tensor1D, Tensor1D];
  const area = mul(add(sub(x2, x1), offset), add(sub(y2, y1), offset));
  return {
    table: concat([corners, expandDims<Tensor2D>(area, 0)], 0),
    // Clipped as float: the wasm backend does not clip int32.
    own: cast(clipByValue(cast(group, 'float32'), 0, groupCount - 1), 'int32'),
    member: equal(expandDims(group, 0), expandDims(range(0, groupCount, 1, 'int32'), 1)),
    place: range(0, boxes.shape[0]),
  };
}

function startingScores({ scores, group }: GreedyNmsInputs, attributes: GreedyNmsAttributes): Tensor1D {
  const inGroup = logicalAnd(greater(group, -1), less(group, attributes.groupCount));
  const eligible = logicalAnd(inGroup, greater(scores, attributes.scoreThreshold));
  return where(eligible, scores, fill(scores.shape, SPENT));
}

/** Keeps the best box left in each group and spends all that it suppresses. */
function pickOncePerGroup(
  { table, own, member, place }: Fixed,
  left: Tensor1D,
  kept: Tensor1D,
  { iouThreshold, offset, groupCount }: GreedyNmsAttributes,
): [Tensor1D, Tensor1D] {
  const count = left.shape[0];
  const leftInGroup =
    groupCount === 1
      ? expandDims<Tensor2D>(left, 0)
      : where(member, expandDims(left, 0), fill([groupCount, count], SPENT));
  const best = max<Tensor2D>(leftInGroup, 1, true);
  // The first place that reaches the best score: not argMax, whose ties differ from device to device.
  const behind = mul<Tensor2D>(cast(equal(leftInGroup, best), 'float32'), expandDims(sub(place, count), 0));
  const first = add<Tensor1D>(min(behind, 1), count);
  const found = squeeze<Tensor1D>(cast(greater(best, SPENT), 'float32'), [1]);
  const picks = concat(
    [gather(table, cast(first, 'int32'), 1), reshape(first, [1, -1]), reshape(found, [1, -1])],
    0,
  );
  const mine = unstack(gather(picks, own, 1)) as Tensor1D[];
  const [x1, y1, x2, y2, area] = unstack(table) as [Tensor1D, Tensor1D, Tensor1D, Tensor1D, Tensor1D];
  const [px1, py1, px2, py2, pickArea, pickPlace, pickFound] = mine as [
    Tensor1D,
    Tensor1D,
    Tensor1D,
    Tensor1D,
    Tensor1D,
    Tensor1D,
    Tensor1D,
  ];
  const width = maximum<Tensor1D>(add(sub(minimum(x2, px2), maximum(x1, px1)), offset), 0);
  const height = maximum<Tensor1D>(add(sub(minimum(y2, py2), maximum(y1, py1)), offset), 0);
  const inter = mul<Tensor1D>(width, height);
  const union = maximum<Tensor1D>(sub(add(area, pickArea), inter), 1e-30);
  const picked = logicalAnd(equal(place, pickPlace), greater(pickFound, 0));
  const suppressed = logicalAnd(greater(div(inter, union), iouThreshold), greater(pickFound, 0));
  const spent = logicalOr(picked, suppressed);
  return [where(spent, fill([count], SPENT), left), add(kept, cast(picked, 'float32'))];
}
