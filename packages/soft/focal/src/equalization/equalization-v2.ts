import type { Given, SoftStrategy } from '@equipoise/core';
import {
  checkOptions,
  classCount,
  classTargets,
  detach,
  labelWeights,
  numberOption,
  spread,
  weightsOfAll,
} from '@equipoise/core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { mul, tidy } from '@tensorflow/tfjs-core';
import { demandSigmoid } from '../shared/demand.ts';
import { type LossNormalizer, normalizerOption } from '../shared/loss-strategy.ts';
import {
  balancingWeights,
  gathered,
  type EqualizationV2LossOptions,
  type GradientBalance,
  initialGradientBalance,
} from './gradient-balance.ts';

/** Options of {@link equalizationV2}. */
export interface EqualizationV2Options extends EqualizationV2LossOptions {
  /** Default `mean`: Σ label weights, as the code divides by its rows. */
  readonly normalizer: LossNormalizer;
}

/**
 * Equalization loss v2: negatives weigh less and positives more in classes that receive few positive gradients. See
 * {@link equalizationV2Loss}; here there is no column of objectness, background has none of the C classes. The state is the gradient that
 * each class received, times label weights too. Sigmoid only.
 *
 * @throws EquipoiseError for an option that is unknown or out of range; at a step, for a softmax task or a state of other classes.
 */
export function equalizationV2(options: Given<EqualizationV2Options> = {}): SoftStrategy<GradientBalance> {
  const inForce = checkOptions<EqualizationV2Options>(
    'focal',
    {
      gamma: numberOption(12, { min: 0 }),
      mu: numberOption(0.8),
      alpha: numberOption(4, { min: 0 }),
      normalizer: normalizerOption('mean'),
    },
    options,
  );
  return {
    kind: 'soft',
    name: 'equalization-v2',
    options: { ...inForce },
    needs: [],
    init: initialGradientBalance,
    apply(samples, state) {
      demandSigmoid(samples, 'equalizationV2');
      const classes = classCount(samples);
      const targets = classTargets(samples.labels, classes);
      const classification: Tensor2D = tidy(() =>
        mul(balancingWeights(targets, state, inForce), spread(labelWeights(samples), classes)),
      );
      const next = gathered(detach(samples.logits), targets, classification, state);
      return [{ ...weightsOfAll(samples, inForce.normalizer), classification }, next];
    },
  };
}
