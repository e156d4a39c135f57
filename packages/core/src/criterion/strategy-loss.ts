import type { Scalar } from '@tensorflow/tfjs-core';
import { div, tidy } from '@tensorflow/tfjs-core';
import type { Random } from '../random.ts';
import { boxLosses, classificationLosses } from '../samples/losses.ts';
import { labelWeights, negatives, positives } from '../samples/masks.ts';
import type { Samples } from '../samples/samples.ts';
import type { SampleStrategy, SampleWeights, StrategyLoss, StrategyState } from '../strategy/strategy.ts';
import { detachWeights } from '../strategy/weigh.ts';
import { boxTerm } from './box-term.ts';
import { weightedSum } from './weighted-sum.ts';

/**
 * The two losses of one step under a strategy, and the state after it: what the strategy's own `loss` gives, or else its weights times
 * the task's base losses, normalised. Pure; {@link criterion} threads the state through it. Tensors belong to the caller's tidy scope.
 */
export function strategyLoss<State extends StrategyState>(
  strategy: SampleStrategy<State>,
  samples: Samples,
  state: State,
  random: Random,
): readonly [StrategyLoss, State] {
  prepare(samples);
  return strategy.kind === 'soft' && strategy.loss
    ? strategy.loss(samples, state, random)
    : weighted(samples, strategy.apply(samples, state, random));
}

/** Derives what nearly every strategy asks for in the step's own scope, so that it outlives the strategy's and is made once a step. */
function prepare(samples: Samples): void {
  labelWeights(samples);
  positives(samples);
  negatives(samples);
  classificationLosses(samples);
  if (samples.deltas) boxLosses(samples);
}

/** The task's base losses under the weights of a strategy that gives weights only. */
function weighted<State>(
  samples: Samples,
  [weights, next]: readonly [SampleWeights, State],
): readonly [StrategyLoss, State] {
  const classification = tidy(() =>
    div(weightedSum(classificationLosses(samples), weights.classification), weights.classificationNormalizer),
  ) as Scalar;
  return [{ classification, box: boxTerm(samples, weights), weights: detachWeights(weights) }, next];
}
