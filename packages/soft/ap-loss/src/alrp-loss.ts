import type { Given } from '@equipoise/core';
import { checkOptions, detach } from '@equipoise/core';
import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import { carryGradient } from './carry-gradient.ts';
import { deltaOption } from './average-precision-loss.ts';
import { checkEntries } from './check-entries.ts';
import { alrpRanking } from './operations/alrp-ranking.ts';

/** Options of {@link aLrpLoss}. */
export interface ALrpLossOptions {
  /** δ of H, in logits, > 0. Default 1. */
  readonly delta: number;
}

/** What {@link aLrpLoss} gives. */
export interface ALrpLoss {
  /** 1 − mean precision, not interpolated; its gradient is that of the whole aLRP loss in the scores. */
  readonly classification: Scalar;
  /** [m] rank(i) of each positive among all entries, 1 at best; 0 elsewhere. Constant. */
  readonly ranks: Tensor1D;
  /**
   * [m] what the localisation error of each positive counts; 0 elsewhere. Σ shares · errors is the localisation loss
   * mean_i (Σ_{k at or above i} error_k) / rank(i). Constant.
   */
  readonly shares: Tensor1D;
}

/**
 * Average localisation recall precision loss. ℓ(i) = (N_FP(i) + Σ of the localisation errors of the positives at or above i) / rank(i),
 * averaged over positives i; N_FP(i) = Σ_j H(s_j − s_i) over negatives j, rank(i) = 1 + Σ_{k≠i} H(s_k − s_i) + N_FP(i). Oksuz et al. 2020.
 *
 * Gradient, as in the authors' code (kemaloksuz/aLRPLoss): where N_FP(i) > 1e-5, −(Σ_{k≠i} H·error_k + N_FP(i)) / (P · rank(i)) for the
 * positive, shared out to the negatives above it in proportion to H. It sums to 0.
 *
 * @param scores [m] logits; the gradient reaches them.
 * @param targets [m] above 0 a positive, 0 a negative, below 0 ignored.
 * @param errors [m] localisation error of the positives, (1 − IoU) / (1 − τ) or 1 − GIoU; not read elsewhere.
 * @returns zeros where there is no positive.
 */
export function aLrpLoss(
  scores: Tensor1D,
  targets: Tensor1D,
  errors: Tensor1D,
  options: Given<ALrpLossOptions> = {},
): ALrpLoss {
  const { delta } = checkOptions('@equipoise/ap-loss', { delta: deltaOption(1) }, options);
  checkEntries(scores, { targets, errors });
  const [value, gradient, ranks, shares] = alrpRanking(
    { scores: detach(scores), targets, errors: detach(errors) },
    { delta },
  );
  const classification = carryGradient(scores, value, gradient);
  return { classification, ranks, shares };
}
