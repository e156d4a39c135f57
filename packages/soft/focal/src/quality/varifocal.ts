import type { Given, SoftStrategy } from '@equipoise/core';
import { checkOptions, flagOption, numberOption } from '@equipoise/core';
import { demandSigmoid } from '../shared/demand.ts';
import { type LossNormalizer, lossStrategy, normalizerOption } from '../shared/loss-strategy.ts';
import { formulaOfQuality, qualityTensors } from './quality-formula.ts';
import { varifocalFactorOf, varifocalOf } from './varifocal-loss.ts';

/** Options of {@link varifocal}. */
export interface VarifocalOptions {
  /** Weight of negative entries, ≥ 0. Default .75. */
  readonly alpha: number;
  /** Exponent of p at negative entries, ≥ 0. Default 2. */
  readonly gamma: number;
  /** Whether a positive entry weighs its own IoU, or 1. Default true. */
  readonly iouWeighted: boolean;
  /** Default `positives`, as in the reference's head. */
  readonly normalizer: LossNormalizer;
}

/**
 * Varifocal loss: the score of a positive learns the IoU of its predicted box and weighs by it. See {@link varifocalLoss}; the IoU is
 * detached. Weights are q at positives and α p^γ elsewhere. Sigmoid only; the box loss is not weighed.
 *
 * @throws EquipoiseError for an option that is unknown or out of range; at a step, for a softmax task or where samples lack anchors,
 * deltas or deltaTargets.
 */
export function varifocal(options: Given<VarifocalOptions> = {}): SoftStrategy {
  const inForce = checkOptions<VarifocalOptions>(
    '@equipoise/focal',
    {
      alpha: numberOption(0.75, { min: 0 }),
      gamma: numberOption(2, { min: 0 }),
      iouWeighted: flagOption(true),
      normalizer: normalizerOption('positives'),
    },
    options,
  );
  const { alpha, gamma, iouWeighted } = inForce;
  const parts = { alpha, gamma, iouWeighted };
  const loss = formulaOfQuality((logit, target) => varifocalOf(logit, target, parts));
  const factors = formulaOfQuality((logit, target) => varifocalFactorOf(logit, target, parts));
  return lossStrategy({
    name: 'varifocal',
    options: inForce,
    needs: ['anchors', 'deltas', 'deltaTargets'],
    check: (samples) => demandSigmoid(samples, 'varifocal'),
    loss: (samples) => ({ formula: loss, tensors: qualityTensors(samples) }),
    factors: (samples) => ({ formula: factors, tensors: qualityTensors(samples) }),
  });
}
