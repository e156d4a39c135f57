import type { Given, SampleWeights, Samples, SoftStrategy } from '@equipoise/core';
import { checkOptions, numberOption, weightsOfAll } from '@equipoise/core';
import { focalWeights } from './focal-weights.ts';

/** Options of {@link focal}. */
export interface FocalOptions {
  /** Weight of positive entries, in [0, 1]; negative ones weigh 1 − α. Default .25. */
  readonly alpha: number;
  /** How strongly easy entries are discounted, ≥ 0; 0 is balanced cross-entropy. Default 2. */
  readonly gamma: number;
}

/**
 * Focal loss, −α_t (1 − p_t)^γ ln p_t over all entries, divided by the positives of the batch (at least 1). Lin et al. 2017 §3.2; use it
 * with {@link priorBias}.
 *
 * @throws EquipoiseError for an option that is unknown or out of range.
 */
export function focal(options: Given<FocalOptions> = {}): SoftStrategy {
  const inForce = checkOptions<FocalOptions>(
    'focal',
    { alpha: numberOption(0.25, { min: 0, max: 1 }), gamma: numberOption(2, { min: 0 }) },
    options,
  );
  const weigh = (samples: Samples): SampleWeights => ({
    ...weightsOfAll(samples, 'positives'),
    classification: focalWeights(samples, inForce.alpha, inForce.gamma),
  });
  return {
    kind: 'soft',
    name: 'focal',
    options: { ...inForce },
    needs: [],
    init() {},
    apply: (samples) => [weigh(samples), undefined],
  };
}
