import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  cumsum,
  div,
  equal,
  greater,
  maximum,
  mul,
  relu,
  reverse,
  scalar,
  sub,
  sum,
  tidy,
  where,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { AlrpInputs } from './alrp-ranking.ts';
import type { RankingAttributes } from './average-precision-ranking.ts';
import { sortEntries } from './composed/sorted-entries.ts';

/** As the reference's ε. */
const FEWEST = 1e-5;

/** The same sums in tfjs ops, over all entries at once. */
export function alrpComposed(
  { scores, targets, errors }: AlrpInputs,
  { delta }: RankingAttributes,
): readonly [Scalar, Tensor1D, Tensor1D, Tensor1D] {
  if (scores.size === 0) return [scalar(0), zeros([0]), zeros([0]), zeros([0])];
  return tidy((): [Scalar, Tensor1D, Tensor1D, Tensor1D] => {
    const entries = sortEntries(scores, delta);
    const isPositive = greater<Tensor1D>(targets, 0);
    const positive = entries.sorted(cast<Tensor1D>(isPositive, 'float32'));
    const negative = entries.sorted(cast(equal(targets, 0), 'float32'));
    const error = entries.sorted(where<Tensor1D>(isPositive, errors, zerosLike(errors)));
    const count = maximum<Scalar>(sum(positive), 1);
    const falsely = relu<Tensor1D>(entries.above(negative));
    const rank = add<Tensor1D>(add(entries.above(positive), 0.5), falsely);
    const ofOthers = sub<Tensor1D>(entries.above(error), mul(error, 0.5));
    const some = mul<Tensor1D>(positive, cast(greater(falsely, FEWEST), 'float32'));
    const drawn = div<Tensor1D>(mul(some, add(ofOthers, falsely)), rank);
    const pushed = entries.below(div<Tensor1D>(drawn, maximum(falsely, FEWEST)));
    const loss = div<Scalar>(sum(div(mul(positive, falsely), rank)), count);
    // Not cumsum's own reverse: tfjs-backend-webgpu 4.22 compiles it for one length and takes it for any.
    const inverseRanks: Tensor1D = reverse(cumsum(reverse(div<Tensor1D>(positive, rank), 0), 0), 0);
    return [
      loss,
      entries.unsorted(div(sub(mul(pushed, negative), drawn), count)),
      entries.unsorted(mul(rank, positive)),
      entries.unsorted(div(mul(inverseRanks, positive), count)),
    ];
  });
}
