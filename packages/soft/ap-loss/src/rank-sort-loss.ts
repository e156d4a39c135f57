import type { Given } from '@equipoise/core';
import { checkOptions, detach, numberOption } from '@equipoise/core';
import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import { carryGradient } from './carry-gradient.ts';
import { checkEntries } from './check-entries.ts';
import { rankSortRanking } from './operations/rank-sort-ranking.ts';

/** Options of {@link rankSortLoss}. */
export interface RankSortLossOptions {
  /** δ of H, in logits, ≥ 0; with 0, H(x) = 1 where x ≥ 0. Default .5. */
  readonly delta: number;
}

/** What {@link rankSortLoss} gives. */
export interface RankSortLoss {
  /** The ranking error, averaged over positives. The gradient of both losses hangs here, as in the authors' code. */
  readonly ranking: Scalar;
  /** The sorting error above the least possible one, averaged over positives. Constant. */
  readonly sorting: Scalar;
}

/**
 * Rank & Sort loss: positives above negatives, and positives by quality y. For each positive i, with H = H(s_k − s_i):
 * ranking error N_FP(i) / rank(i); sorting error Σ_k H·(1 − y_k) / rank⁺(i), less the same over the k with y_k ≥ y_i only.
 * Oksuz et al. 2021; details as in the authors' code (kemaloksuz/RankSortLoss): a positive counts itself as H(0) = ½ (1 for δ = 0).
 *
 * Both errors are the gradient of the positive, and are shared out in proportion to H: the ranking error to the negatives above it, the
 * sorting error to the positives of lower quality above it. The gradient sums to 0. On the host O(m log m + P²) for P positives.
 *
 * @param scores [m] logits; the gradient reaches them.
 * @param targets [m] in (0, 1] the quality (IoU) of a positive, 0 a negative, below 0 ignored.
 * @returns zeros where there is no positive; the reference fails there.
 */
export function rankSortLoss(
  scores: Tensor1D,
  targets: Tensor1D,
  options: Given<RankSortLossOptions> = {},
): RankSortLoss {
  const { delta } = checkOptions('@equipoise/ap-loss', { delta: rankSortDeltaOption() }, options);
  checkEntries(scores, { targets });
  const [value, sorting, gradient] = rankSortRanking(
    { scores: detach(scores), targets: detach(targets) },
    { delta },
  );
  const ranking = carryGradient(scores, value, gradient);
  return { ranking, sorting };
}

/** The option `delta`, which may be 0. */
export function rankSortDeltaOption(): ReturnType<typeof numberOption> {
  return numberOption(0.5, { min: 0 });
}
