import type { Tensor1D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  dispose,
  fill,
  greater,
  less,
  logicalAnd,
  logicalOr,
  tidy,
  where,
  zeros,
} from '@tensorflow/tfjs-core';
import type { GreedyNmsAttributes, GreedyNmsInputs } from './greedy-nms.ts';
import { LOWEST_SCORE } from './lowest-score.ts';
import { nmsRound, nmsTables, type NmsTables } from './nms-rounds.ts';

/** Greedy NMS in tfjs ops: as many rounds as boxes may be kept in a group, each vectorised over the groups. */
export function greedyNmsComposed(inputs: GreedyNmsInputs, attributes: GreedyNmsAttributes): Tensor1D {
  const count = inputs.scores.shape[0];
  if (count === 0) return zeros([0]);
  return tidy(() => {
    const tables = nmsTables(inputs.boxes, inputs.group, attributes.groupCount, attributes.offset);
    let left = startingScores(inputs, attributes);
    let kept: Tensor1D = zeros([count]);
    for (let round = 0; round < Math.min(attributes.maxPerGroup, count); round += 1) {
      const [nextLeft, nextKept] = tidy(() => pickOncePerGroup(tables, left, kept, attributes.iouThreshold));
      dispose([left, kept]);
      [left, kept] = [nextLeft, nextKept];
    }
    return kept;
  });
}

function startingScores({ scores, group }: GreedyNmsInputs, attributes: GreedyNmsAttributes): Tensor1D {
  const inGroup = logicalAnd(greater(group, -1), less(group, attributes.groupCount));
  const eligible = logicalAnd(inGroup, greater(scores, attributes.scoreThreshold));
  return where(eligible, scores, fill(scores.shape, LOWEST_SCORE));
}

/** Keeps the best box left in each group and spends all that it suppresses. */
function pickOncePerGroup(
  tables: NmsTables,
  left: Tensor1D,
  kept: Tensor1D,
  iouThreshold: number,
): [Tensor1D, Tensor1D] {
  const { picked, found, iou } = nmsRound(tables, left);
  const spent = logicalOr(picked, logicalAnd(greater(iou, iouThreshold), found));
  return [where(spent, fill(left.shape, LOWEST_SCORE), left), add(kept, cast(picked, 'float32'))];
}
