import type { Operation } from '@equipoise/core';
import { defineOperation, orderDescending } from '@equipoise/core';
import type { Rank, Tensor1D } from '@tensorflow/tfjs-core';
import {
  cast,
  fill,
  gather,
  lowerBound,
  neg,
  range,
  reshape,
  sub,
  tensor1d,
  tidy,
  topk,
  where,
} from '@tensorflow/tfjs-core';

/** Ids count exactly below it. */
const NO_GROUP = 2 ** 24;

/** Inputs of {@link rankWithinGroup}. */
export type RankWithinGroupInputs = {
  /** [n] not NaN. */
  readonly scores: Tensor1D;
  /** [n] float32, 1 where a sample is ranked. */
  readonly eligible: Tensor1D;
  /** [n] int32, any ids; their number need not be known. */
  readonly group: Tensor1D;
};

/**
 * [n] float32: how many eligible samples of its group have a higher score, or an equal one and a lower index; n where a sample is not
 * eligible. Ids are below 2^24.
 */
export const rankWithinGroup: Operation<RankWithinGroupInputs, object, Tensor1D> = defineOperation(
  'RankWithinGroup',
  { composed, host },
);

/** Sort by score, then stably by group; a place minus the place where its group starts is the rank. */
function composed({ scores, eligible, group }: RankWithinGroupInputs): Tensor1D {
  return tidy(() => {
    const n = scores.shape[0];
    if (n === 0) return tensor1d([], 'float32');
    const byScore: Tensor1D = topk(scores, n).indices;
    const ids: Tensor1D = where(cast(eligible, 'bool'), cast(group, 'float32'), NO_GROUP);
    const idsByScore = gather(ids, byScore);
    const byGroup: Tensor1D = topk(neg(idsByScore), n).indices;
    const sortedIds = gather(idsByScore, byGroup);
    // [1, n]: searchSorted makes rows of vectors.
    const starts = reshape<Rank.R1>(lowerBound(sortedIds, sortedIds), [n]);
    const ranks = sub<Tensor1D>(range(0, n), cast(starts, 'float32'));
    const order = gather(byScore, byGroup);
    const inverse: Tensor1D = topk(neg(cast(order, 'float32')), n).indices;
    return where(cast(eligible, 'bool'), gather(ranks, inverse), fill([n], n));
  });
}

function host(inputs: RankWithinGroupInputs): Tensor1D {
  const scores = inputs.scores.dataSync() as Float32Array;
  const eligible = inputs.eligible.dataSync();
  const group = inputs.group.dataSync();
  const ranks = new Float32Array(scores.length).fill(scores.length);
  const indices = Int32Array.from(scores.keys()).filter((i) => eligible[i]! > 0);
  const seen = new Map<number, number>();
  for (const i of orderDescending(scores, indices)) {
    const rank = seen.get(group[i]!) ?? 0;
    seen.set(group[i]!, rank + 1);
    ranks[i] = rank;
  }
  return tensor1d(ranks);
}
