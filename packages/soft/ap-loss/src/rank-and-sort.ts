import type { Given, Samples, SoftStrategy, StrategyLoss } from '@equipoise/core';
import {
  atLeastOne,
  boxLosses,
  checkOptions,
  defaultTask,
  detach,
  giouLoss,
  maskedRows,
  matchedOverlaps,
  positives,
  weightedSum,
} from '@equipoise/core';
import type { NamedTensorMap, Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import { add, div, max, maximum, mul, sigmoid, sum, tidy } from '@tensorflow/tfjs-core';
import { entriesOf } from './entries.ts';
import { rankSortRanking } from './operations/rank-sort-ranking.ts';
import { lossOfRanked, type Ranked, weightsOfRanked } from './ranked.ts';
import { rankSortDeltaOption } from './rank-sort-loss.ts';

/** Options of {@link rankAndSort}. */
export interface RankAndSortOptions {
  /** δ of H, in logits, ≥ 0. Default .5. */
  readonly delta: number;
}

/**
 * Rank & Sort: classification is the ranking plus the sorting loss of {@link rankSortLoss} over all (sample, class) entries of the batch,
 * the quality of a positive being the IoU of its predicted box with its ground truth, a constant (at least 1e-6, so that a positive
 * stays one). The box loss, in place of the task's, is 1 − GIoU, weighted by the highest class probability of each positive and scaled
 * step by step to the value of the classification loss. Oksuz et al. 2021, §4; as in the authors' code.
 *
 * Its weights are reported as in `apLoss`.
 *
 * @throws EquipoiseError for an option that is unknown or out of range; at a step, for a softmax task, or where samples lack anchors,
 * deltas or deltaTargets.
 */
export function rankAndSort(options: Given<RankAndSortOptions> = {}): SoftStrategy {
  const inForce = checkOptions<RankAndSortOptions>(
    '@equipoise/ap-loss',
    { delta: rankSortDeltaOption() },
    options,
  );
  const rank = (samples: Samples): Ranked => {
    const { scores, targets } = entriesOf(samples, matchedOverlaps(samples));
    const [ranking, sorting, gradient] = rankSortRanking({ scores: detach(scores), targets }, inForce);
    const value = add<Scalar>(ranking, sorting);
    const errors = boxLosses({ ...samples, task: { ...(samples.task ?? defaultTask), boxLoss: giouLoss() } });
    const box = balancedBoxWeights(samples, detach(errors), value);
    return { scores, value, gradient, errors, box };
  };
  return {
    kind: 'soft',
    name: 'rank-and-sort',
    options: { ...inForce },
    needs: ['anchors', 'deltas', 'deltaTargets'],
    init() {},
    apply: (samples) => [weightsOfRanked(samples, rank(samples)), undefined],
    loss(samples): readonly [StrategyLoss, undefined] {
      return [lossOfRanked(samples, rank(samples)), undefined];
    },
  };
}

/** [n] highest probability of each positive, scaled so that Σ weight · error / positives is the classification loss. */
function balancedBoxWeights(samples: Samples, errors: Tensor1D, value: Scalar): Tensor1D {
  return tidy(() => {
    const mask = positives(samples);
    const highest = ({ logits }: NamedTensorMap): Tensor1D => sigmoid(max<Tensor1D>(logits!, 1));
    const scores = maskedRows({ mask, logits: detach(samples.logits) }, { of: highest });
    const shares = div<Tensor1D>(scores, maximum(sum(scores), SMALLEST));
    const loss = weightedSum(errors, shares);
    return mul<Tensor1D>(shares, mul(atLeastOne(mask), div(value, maximum(loss, SMALLEST))));
  });
}

const SMALLEST = 1e-10;
