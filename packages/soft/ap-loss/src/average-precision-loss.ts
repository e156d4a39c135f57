import type { Given } from '@equipoise/core';
import { checkOptions, detach, numberOption } from '@equipoise/core';
import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import { carryGradient } from './carry-gradient.ts';
import { averagePrecisionRanking } from './operations/average-precision-ranking.ts';
import { checkEntries } from './check-entries.ts';

/** Options of {@link averagePrecisionLoss}. */
export interface AveragePrecisionLossOptions {
  /** δ: two scores nearer than this count as partly ranked, in logits, > 0. Default 1. */
  readonly delta: number;
}

/**
 * AP-Loss: 1 − interpolated average precision of the ranking of all scores. With H(x) = clip(x / 2δ + ½, 0, 1), positives i, k and
 * negatives j,
 *
 * precision(i) = (1 + Σ_{k≠i} H(s_k − s_i)) / (1 + Σ_{k≠i} H(s_k − s_i) + Σ_j H(s_j − s_i)), and no lower than that of any positive of
 * lower score; L = 1 − mean precision. Equal scores count ½.
 *
 * The gradient is the error-driven update: −(1 − precision) / P for each positive, shared out to the negatives that rank above it in
 * proportion to H. It sums to 0. O(m log m). Chen et al. 2019; interpolation as in the authors' code (cccorn/AP-loss).
 *
 * @param scores [m] logits; the gradient reaches them.
 * @param targets [m] above 0 a positive, 0 a negative, below 0 ignored.
 * @returns 0, with gradient 0, where there is no positive.
 */
export function averagePrecisionLoss(
  scores: Tensor1D,
  targets: Tensor1D,
  options: Given<AveragePrecisionLossOptions> = {},
): Scalar {
  const { delta } = checkOptions('@equipoise/ap-loss', { delta: deltaOption(1) }, options);
  checkEntries(scores, { targets });
  const [value, gradient] = averagePrecisionRanking({ scores: detach(scores), targets }, { delta });
  return carryGradient(scores, value, gradient);
}

/** The option `delta` of losses whose H has a slope. */
export function deltaOption(initial: number): ReturnType<typeof numberOption> {
  return numberOption(initial, { min: 1e-6 });
}
