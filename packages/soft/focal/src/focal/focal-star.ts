import type { Given, SoftStrategy } from '@equipoise/core';
import { checkOptions, entryFormula, formula, numberOption } from '@equipoise/core';
import { alphaOption, nullIsOff } from '../shared/alpha.ts';
import { demandSigmoid } from '../shared/demand.ts';
import { type LossNormalizer, lossStrategy, normalizerOption } from '../shared/loss-strategy.ts';
import { focalStarOf } from './focal-star-loss.ts';

/** Options of {@link focalStar}. */
export interface FocalStarOptions {
  /** Weight of positive entries, in [0, 1]; negative ones weigh 1 − α; −1 or `null`: no α. Default .25. */
  readonly alpha: number | null;
  /** Steepness, at least .01. Default 2. */
  readonly gamma: number;
  /** Default `positives`. */
  readonly normalizer: LossNormalizer;
}

/**
 * Focal loss* over all entries: see {@link focalStarLoss}. Sigmoid only. α and γ default to focal's, since fvcore's −1 and 1 are
 * plain cross-entropy.
 *
 * @throws EquipoiseError for an option that is unknown or out of range; at a step, for a softmax task.
 */
export function focalStar(options: Given<FocalStarOptions> = {}): SoftStrategy {
  const inForce = checkOptions<FocalStarOptions>(
    '@equipoise/focal',
    {
      alpha: alphaOption(0.25),
      gamma: numberOption(2, { min: 0.01 }),
      normalizer: normalizerOption('positives'),
    },
    nullIsOff(options),
  );
  const { alpha, gamma } = inForce;
  const ofLabels = entryFormula({
    inputs: { logits: 'entry', labels: 'row' },
    loss: ({ logits, labels }) => focalStarOf(formula.labelTerms(logits, labels), { alpha, gamma }),
  });
  return lossStrategy({
    name: 'focal-star',
    options: inForce,
    check: (samples) => demandSigmoid(samples, 'focalStar'),
    loss: ({ logits, labels }) => ({ formula: ofLabels, tensors: { logits, labels } }),
  });
}
