import type { Given, SampleWeights, Samples, SoftStrategy, StrategyLoss } from '@equipoise/core';
import { boxTerm, detach, detachWeights, labelWeights, weightsOfAll } from '@equipoise/core';
import type { Scalar } from '@tensorflow/tfjs-core';
import { cast, greater, max, mul, scalar, tidy } from '@tensorflow/tfjs-core';
import { demandSigmoid } from '../shared/demand.ts';
import type { DrLossOptions } from './dr-loss.ts';
import { drLossOptions, rankedLoss, sharesOf } from './dr-loss.ts';

/** Options of {@link dr}: those of the loss. */
export type DrOptions = DrLossOptions;

/**
 * Distributional ranking loss of the batch: see {@link drLoss}. Weights are the shares of entries in the distributions of their side, so
 * that those of positive entries sum to 1, and those of negative ones too. A label weight counts a sample that many times; a batch where
 * nothing counts has no loss. Sigmoid only.
 *
 * @throws EquipoiseError for an option that is unknown or out of range; at a step, for a softmax task.
 */
export function dr(options: Given<DrOptions> = {}): SoftStrategy {
  const inForce = drLossOptions(options);
  const weigh = (samples: Samples): SampleWeights =>
    detachWeights({
      ...weightsOfAll(samples, 'sum'),
      classification: sharesOf(detach(samples.logits), samples.labels, labelWeights(samples), inForce),
    });
  return {
    kind: 'soft',
    name: 'dr',
    options: { ...inForce },
    needs: [],
    init() {},
    apply(samples) {
      demandSigmoid(samples, 'dr');
      return [tidy(() => ({ ...weigh(samples) })), undefined];
    },
    loss(samples): readonly [StrategyLoss, undefined] {
      demandSigmoid(samples, 'dr');
      const weights = weigh(samples);
      const label = labelWeights(samples);
      const classification: Scalar = tidy(() => {
        const counts = label.size === 0 ? scalar(0) : cast(greater(max(label), 0), 'float32');
        return mul<Scalar>(rankedLoss(samples.logits, samples.labels, label, inForce), counts);
      });
      return [{ classification, box: boxTerm(samples, weights), weights }, undefined];
    },
  };
}
