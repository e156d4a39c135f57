import type { Scalar } from '@tensorflow/tfjs-core';
import { div, tidy } from '@tensorflow/tfjs-core';
import { pointwiseLossSum } from '../formula/pointwise-loss.ts';
import { crossEntropyOfLabels } from '../losses/sigmoid-cross-entropy.ts';
import { classificationLosses } from '../samples/losses.ts';
import type { Samples } from '../samples/samples.ts';
import type { SampleWeights, StrategyLoss } from '../strategy/strategy.ts';
import { detachWeights } from '../strategy/weigh.ts';
import { boxTerm } from './box-term.ts';
import { weightedSum } from './weighted-sum.ts';
import { withWeights } from './with-weights.ts';

/** The task's base losses under weights: what the criterion makes of a strategy that gives weights only. */
export function weightedLoss(samples: Samples, weights: SampleWeights): StrategyLoss {
  const losses = { classification: classificationTerm(samples, weights), box: boxTerm(samples, weights) };
  return withWeights(losses, () => detachWeights(weights));
}

/** Σ w·ℓ_cls / N_cls. With sigmoid in one pass that holds no losses of entries. */
export function classificationTerm(samples: Samples, weights: SampleWeights): Scalar {
  const { classification: weight, classificationNormalizer: normalizer } = weights;
  const { logits, labels } = samples;
  if (samples.task?.activation !== 'softmax') {
    return pointwiseLossSum(crossEntropyOfLabels, { logits, labels }, { weight, normalizer });
  }
  return tidy(() => div<Scalar>(weightedSum(classificationLosses(samples), weight), normalizer));
}
