import type { Random } from '../random.ts';
import { boxLosses, classificationLosses } from '../samples/losses.ts';
import { labelWeights, negatives, positives } from '../samples/masks.ts';
import type { Samples } from '../samples/samples.ts';
import type { SampleStrategy, StrategyLoss, StrategyState } from '../strategy/strategy.ts';
import { weightedLoss } from './weighted-loss.ts';

/**
 * The two losses of one step under a strategy, and the state after it: what the strategy's own `loss` gives, or else its weights times
 * the task's base losses, normalised. Pure; {@link criterion} threads the state through it. Tensors belong to the caller's tidy scope,
 * in which `weights` are to be read if at all: they may be made only then.
 */
export function strategyLoss<State extends StrategyState>(
  strategy: SampleStrategy<State>,
  samples: Samples,
  state: State,
  random: Random,
): readonly [StrategyLoss, State] {
  prepare(samples);
  if (strategy.kind === 'soft' && strategy.loss) return strategy.loss(samples, state, random);
  const [weights, next] = strategy.apply(samples, state, random);
  return [weightedLoss(samples, weights), next];
}

/**
 * Derives what nearly every strategy asks for in the step's own scope, so that it outlives the strategy's and is made once a step. The
 * cross-entropy of [n, C] entries is not among it: the sum under weights does without.
 */
function prepare(samples: Samples): void {
  labelWeights(samples);
  positives(samples);
  negatives(samples);
  if (samples.task?.activation === 'softmax') classificationLosses(samples);
  if (samples.deltas) boxLosses(samples);
}
