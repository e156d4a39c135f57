import type { Given, SoftStrategy } from '@equipoise/core';
import { checkOptions, numberOption } from '@equipoise/core';
import { demandSigmoid } from '../shared/demand.ts';
import { type LossNormalizer, lossStrategy, normalizerOption } from '../shared/loss-strategy.ts';
import { qualityFactorOf, qualityFocalOf } from './quality-focal-loss.ts';
import { formulaOfQuality, qualityTensors } from './quality-formula.ts';

/** Options of {@link qualityFocal}. */
export interface QualityFocalOptions {
  /** Exponent β of the distance to the target, ≥ 0. Default 2. */
  readonly beta: number;
  /** Default `positives`, as in the reference's head. */
  readonly normalizer: LossNormalizer;
}

/**
 * Quality focal loss: the score of a positive learns the IoU of its predicted box. See {@link qualityFocalLoss}; the IoU is detached.
 * Weights are |y − p|^β. Sigmoid only; the box loss is not weighed (the reference's head weighs it by the score).
 *
 * @throws EquipoiseError for an option that is unknown or out of range; at a step, for a softmax task or where samples lack anchors,
 * deltas or deltaTargets.
 */
export function qualityFocal(options: Given<QualityFocalOptions> = {}): SoftStrategy {
  const inForce = checkOptions<QualityFocalOptions>(
    '@equipoise/focal',
    { beta: numberOption(2, { min: 0 }), normalizer: normalizerOption('positives') },
    options,
  );
  const { beta } = inForce;
  const loss = formulaOfQuality((logit, target) => qualityFocalOf(logit, target, beta));
  const factors = formulaOfQuality((logit, target) => qualityFactorOf(logit, target, beta));
  return lossStrategy({
    name: 'quality-focal',
    options: inForce,
    needs: ['anchors', 'deltas', 'deltaTargets'],
    check: (samples) => demandSigmoid(samples, 'qualityFocal'),
    loss: (samples) => ({ formula: loss, tensors: qualityTensors(samples) }),
    factors: (samples) => ({ formula: factors, tensors: qualityTensors(samples) }),
  });
}
