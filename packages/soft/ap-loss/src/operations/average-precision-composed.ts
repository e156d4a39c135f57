import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  div,
  equal,
  greater,
  maximum,
  mul,
  relu,
  scalar,
  sub,
  sum,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core';
import type { RankingAttributes, RankingInputs } from './average-precision-ranking.ts';
import { minimumFrom, sortEntries } from './composed/sorted-entries.ts';

/** The same sums in tfjs ops, over all entries at once. */
export function averagePrecisionComposed(
  { scores, targets }: RankingInputs,
  { delta }: RankingAttributes,
): readonly [Scalar, Tensor1D] {
  if (scores.size === 0) return [scalar(0), zeros([0])];
  return tidy((): [Scalar, Tensor1D] => {
    const entries = sortEntries(scores, delta);
    const positive = entries.sorted(cast(greater(targets, 0), 'float32'));
    const negative = entries.sorted(cast(equal(targets, 0), 'float32'));
    const count = maximum<Scalar>(sum(positive), 1);
    const falsely = relu<Tensor1D>(entries.above(negative));
    const rank = add<Tensor1D>(add(entries.above(positive), 0.5), falsely);
    // 1 − precision; entries that are no positives do not lower the best one.
    const miss = div<Tensor1D>(falsely, rank);
    const best = minimumFrom(add(mul(miss, positive), sub(1, positive)));
    // 1 where this one is the best. Where the best is 0 nothing is shared out.
    const rho = div<Tensor1D>(best, maximum(maximum(miss, best), SMALLEST));
    const share = mul<Tensor1D>(div(positive, rank), rho);
    const pushed = mul<Tensor1D>(entries.below(share), negative);
    const missed = mul<Tensor1D>(best, positive);
    return [div(sum(missed), count), entries.unsorted(div(sub(pushed, missed), count))];
  });
}

/** Below any other 1 − precision. */
const SMALLEST = 1e-30;
