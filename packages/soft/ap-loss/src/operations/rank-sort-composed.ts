import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  div,
  equal,
  greater,
  maximum,
  mul,
  neg,
  relu,
  scalar,
  sub,
  sum,
  tidy,
  where,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { RankingAttributes, RankingInputs } from './average-precision-ranking.ts';
import { dominatedSums } from './composed/dominated-sums.ts';
import { sortEntries } from './composed/sorted-entries.ts';

/** What sums in float32 cannot tell from 0. */
const NOISE = 1e-5;

/** The same sums in tfjs ops, over all entries at once. */
export function rankSortComposed(
  { scores, targets }: RankingInputs,
  { delta }: RankingAttributes,
): readonly [Scalar, Scalar, Tensor1D] {
  if (scores.size === 0) return [scalar(0), scalar(0), zeros([0])];
  return tidy((): [Scalar, Scalar, Tensor1D] => {
    const entries = sortEntries(scores, delta);
    const isPositive = greater<Tensor1D>(targets, 0);
    const positive = entries.sorted(cast<Tensor1D>(isPositive, 'float32'));
    const negative = entries.sorted(cast(equal(targets, 0), 'float32'));
    const quality = entries.sorted(where<Tensor1D>(isPositive, targets, zerosLike(targets)));
    const count = maximum<Scalar>(sum(positive), 1);
    const rankAmong = maximum<Tensor1D>(entries.above(positive), 0.5);

    const falsely = relu<Tensor1D>(entries.above(negative));
    const ranked = div<Tensor1D>(positive, add(rankAmong, falsely));
    const rankingError = mul<Tensor1D>(ranked, falsely);
    const pushed = mul<Tensor1D>(entries.below(ranked), negative);

    const lack = sub<Tensor1D>(positive, mul<Tensor1D>(positive, quality));
    const current = entries.above(lack);
    const lower = dominatedSums(quality);
    const missorted = relu<Tensor1D>(entries.above(positive, lower));
    const missortedLack = entries.above(lack, lower);
    const target = div<Tensor1D>(sub(current, missortedLack), maximum(sub(rankAmong, missorted), 0.5));
    const some = mul<Tensor1D>(positive, cast(greater(missorted, NOISE), 'float32'));
    const sortingError = mul<Tensor1D>(sub(div(current, rankAmong), target), some);
    const each = div<Tensor1D>(sortingError, maximum(missorted, NOISE));
    const pulled = mul<Tensor1D>(entries.below(each, dominatedSums(neg<Tensor1D>(quality))), positive);

    const gradient = sub<Tensor1D>(add(pushed, pulled), add(rankingError, sortingError));
    return [
      div(sum(rankingError), count),
      div(sum(sortingError), count),
      entries.unsorted(div(gradient, count)),
    ];
  });
}
