import type { Given, SoftStrategy } from '@equipoise/core';
import { checkOptions, entryFormula, flagOption, formula, numberOption } from '@equipoise/core';
import { demandSigmoid } from '../shared/demand.ts';
import { type LossNormalizer, lossStrategy, normalizerOption } from '../shared/loss-strategy.ts';
import { asymmetricLossOptions, asymmetricOf } from './asymmetric-loss.ts';

const { columnIndex, equal } = formula;

/** Options of {@link asymmetric}. */
export interface AsymmetricOptions {
  /** Focusing exponent γ₊ of positive entries, ≥ 0. Default 1. */
  readonly gammaPositive: number;
  /** Focusing exponent γ₋ of negative entries, ≥ 0. Default 4. */
  readonly gammaNegative: number;
  /** Margin m: a negative entry of probability up to m has no loss. In [0, 1). Default .05. */
  readonly clip: number;
  /** Whether the gradient goes through the focusing factor. Default true. */
  readonly factorGradient: boolean;
  /** Default `positives`; the reference, for images of many labels, takes the `sum`. */
  readonly normalizer: LossNormalizer;
}

/**
 * Asymmetric loss over all entries: see {@link asymmetricLoss}. Sigmoid only.
 *
 * @throws EquipoiseError for an option that is unknown or out of range; at a step, for a softmax task.
 */
export function asymmetric(options: Given<AsymmetricOptions> = {}): SoftStrategy {
  const inForce = checkOptions<AsymmetricOptions>(
    '@equipoise/focal',
    {
      gammaPositive: numberOption(1, { min: 0 }),
      gammaNegative: numberOption(4, { min: 0 }),
      clip: numberOption(0.05, { min: 0, max: 0.999 }),
      factorGradient: flagOption(true),
      normalizer: normalizerOption('positives'),
    },
    options,
  );
  const { normalizer: _, ...given } = inForce;
  const loss = asymmetricLossOptions(given);
  const ofLabels = entryFormula({
    inputs: { logits: 'entry', labels: 'row' },
    loss: ({ logits, labels }) => asymmetricOf(logits, equal(columnIndex(), labels), loss),
  });
  return lossStrategy({
    name: 'asymmetric',
    options: inForce,
    check: (samples) => demandSigmoid(samples, 'asymmetric'),
    loss: ({ logits, labels }) => ({ formula: ofLabels, tensors: { logits, labels } }),
  });
}
