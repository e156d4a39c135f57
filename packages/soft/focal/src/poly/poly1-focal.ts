import type { Given, SoftStrategy } from '@equipoise/core';
import { checkOptions, numberOption } from '@equipoise/core';
import { alphaOption, nullIsOff } from '../shared/alpha.ts';
import { type LossNormalizer, lossStrategy, normalizerOption } from '../shared/loss-strategy.ts';
import { formulaOfTerms } from '../shared/terms.ts';
import { poly1Of } from './poly1-loss.ts';

/** Options of {@link poly1Focal}. */
export interface Poly1FocalOptions {
  /** ε₁. Default 1; the paper recommends a negative one for detection. */
  readonly epsilon: number;
  /** Weight of positive entries in the focal part, in [0, 1]; −1 or `null`: none. Default .25. */
  readonly alpha: number | null;
  /** Focusing exponent, ≥ 0; 0 with α off is Poly-1 cross-entropy. Default 2. */
  readonly gamma: number;
  /** Default `positives`. */
  readonly normalizer: LossNormalizer;
}

/**
 * Poly-1 focal loss over all entries, α_t (1 − p_t)^γ (−ln p_t) + ε₁ (1 − p_t)^(γ+1), sigmoid or softmax. Leng et al. 2022 eq. 8.
 *
 * @throws EquipoiseError for an option that is unknown or out of range.
 */
export function poly1Focal(options: Given<Poly1FocalOptions> = {}): SoftStrategy {
  const inForce = checkOptions<Poly1FocalOptions>(
    '@equipoise/focal',
    {
      epsilon: numberOption(1),
      alpha: alphaOption(0.25),
      gamma: numberOption(2, { min: 0 }),
      normalizer: normalizerOption('positives'),
    },
    nullIsOff(options),
  );
  const { epsilon, alpha, gamma } = inForce;
  return lossStrategy({
    name: 'poly-1-focal',
    options: inForce,
    loss: formulaOfTerms((terms) => poly1Of(terms, { alpha, gamma, epsilon })),
  });
}
