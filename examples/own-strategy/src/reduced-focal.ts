import type { Given, SampleWeights, Samples, SoftStrategy } from '@equipoise/core';
import {
  checkOptions,
  classificationLosses,
  detach,
  labelWeights,
  numberOption,
  spread,
  weightsOfAll,
} from '@equipoise/core';
import { div, exp, expm1, less, mul, neg, onesLike, pow, tidy, where } from '@tensorflow/tfjs-core';

/** Options of {@link reducedFocal}. */
export interface ReducedFocalOptions {
  /** How strongly easy entries are discounted, ≥ 1. Default 2. */
  readonly gamma: number;
  /** p_t below which an entry is hard and keeps its cross-entropy, in [.001, .999]. Default .5, where the weight is continuous. */
  readonly threshold: number;
}

/**
 * Reduced focal loss, −f_r(p_t) ln p_t over all entries, divided by the positives of the batch (at least 1). Focal loss discounts what is
 * hard, too; this one flattens its modulating factor there:
 *
 * f_r(p_t) = 1 where p_t < threshold, else ((1 − p_t) / threshold)^γ.
 *
 * Sergievskiy, Ponamarev: Reduced Focal Loss: 1st place solution to xView object detection in satellite imagery, 2019. The factor carries
 * its gradient, as in focal loss.
 *
 * @throws EquipoiseError for an option that is unknown or out of range.
 */
export function reducedFocal(options: Given<ReducedFocalOptions> = {}): SoftStrategy {
  const specs = {
    gamma: numberOption(2, { min: 1 }),
    threshold: numberOption(0.5, { min: 1e-3, max: 0.999 }),
  };
  const inForce = checkOptions<ReducedFocalOptions>('@equipoise/example-own-strategy', specs, options);
  return {
    kind: 'soft',
    name: 'reduced-focal',
    options: { ...inForce },
    needs: [],
    init() {},
    apply: (samples) => [weigh(samples, inForce), undefined],
  };
}

/** The cross-entropy ℓ is −ln p_t with sigmoid and softmax alike: p_t = e^−ℓ, and 1 − p_t = −expm1(−ℓ) to every digit. */
function weigh(samples: Samples, { gamma, threshold }: ReducedFocalOptions): SampleWeights {
  const classification = tidy(() => {
    const losses = classificationLosses(samples);
    // Comparisons have no gradient in tfjs: what they read must have no history.
    const right = exp(neg(detach(losses)));
    const wrong = neg(expm1(neg(losses)));
    const easy = pow(div(wrong, threshold), gamma);
    const factor = where(less(right, threshold), onesLike(losses), easy);
    const label = labelWeights(samples);
    return mul(factor, losses.rank === 1 ? label : spread(label, losses.shape[1]!));
  });
  return { ...weightsOfAll(samples, 'positives'), classification };
}
