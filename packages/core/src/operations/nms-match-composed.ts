import type { Tensor1D } from '@tensorflow/tfjs-core';
import {
  cast,
  dispose,
  fill,
  greater,
  greaterEqual,
  logicalAnd,
  logicalOr,
  range,
  tidy,
  where,
  zeros,
} from '@tensorflow/tfjs-core';
import { LOWEST_SCORE } from './lowest-score.ts';
import type { NmsMatchAttributes, NmsMatchInputs } from './nms-match.ts';
import { nmsRound, nmsTables, type NmsTables } from './nms-rounds.ts';

/** NMS-match in tfjs ops: a round a keeper, vectorised over the groups. */
export function nmsMatchComposed(
  { boxes, scores, group, eligible }: NmsMatchInputs,
  { groupCount, iouThreshold, maxKeepers }: NmsMatchAttributes,
): Tensor1D {
  const count = scores.shape[0];
  if (count === 0) return zeros([0], 'int32');
  return tidy(() => {
    const tables = nmsTables(boxes, group, groupCount, 0);
    let left: Tensor1D = where(greater(eligible, 0), scores, fill([count], LOWEST_SCORE));
    let belongsTo: Tensor1D = range(0, count);
    for (let round = 0; round < Math.min(maxKeepers, count); round += 1) {
      const [nextLeft, nextBelongsTo] = tidy(() => keepOncePerGroup(tables, left, belongsTo, iouThreshold));
      dispose([left, belongsTo]);
      [left, belongsTo] = [nextLeft, nextBelongsTo];
    }
    return cast(belongsTo, 'int32');
  });
}

/** The best box left in each group becomes a keeper; all left that overlap it enough belong to it. */
function keepOncePerGroup(
  tables: NmsTables,
  left: Tensor1D,
  belongsTo: Tensor1D,
  iouThreshold: number,
): [Tensor1D, Tensor1D] {
  const { pick, picked, found, iou } = nmsRound(tables, left);
  const near = logicalOr(picked, logicalAnd(greaterEqual(iou, iouThreshold), found));
  const taken = logicalAnd(near, greater(left, LOWEST_SCORE));
  return [where(taken, fill(left.shape, LOWEST_SCORE), left), where(taken, pick, belongsTo)];
}
