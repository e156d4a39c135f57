import type { Scalar } from '@tensorflow/tfjs-core';
import { add, div, mul, tidy } from '@tensorflow/tfjs-core';
import { demand } from '../errors.ts';
import { checkOptions, numberOption, type Given } from '../options.ts';
import { seededRandom } from '../random.ts';
import { checkSamples } from '../samples/check.ts';
import { boxLosses, classificationLosses } from '../samples/losses.ts';
import { labelWeights, negatives, positives } from '../samples/masks.ts';
import type { Samples } from '../samples/samples.ts';
import { defaultTask, type Task } from '../samples/task.ts';
import { disposeState, keepState, restoreState, saveState, type SavedState } from '../strategy/state.ts';
import type { SampleStrategy, SampleWeights, StrategyLoss, StrategyState } from '../strategy/strategy.ts';
import { detachWeights } from '../strategy/weigh.ts';
import { boxTerm } from './box-term.ts';
import { weightedSum } from './weighted-sum.ts';

/** Options of {@link criterion}. */
export interface CriterionOptions {
  /** Seed of the strategy's randomness, an integer. Default 0. */
  readonly seed: number;
  /** Factor of the box loss in the total. Default 1. */
  readonly boxWeight: number;
}

/** The loss of one step. Tensors belong to the caller's tidy scope. */
export interface CriterionLoss {
  /** classification + boxWeight × box: what to minimise. */
  readonly total: Scalar;
  readonly classification: Scalar;
  /** 0 where samples carry no deltas. */
  readonly box: Scalar;
  /** The weights behind it, for reports; detached. */
  readonly weights: SampleWeights;
}

/** Everything a criterion carries from step to step, as JSON. */
export interface CriterionCheckpoint {
  readonly strategy: string;
  readonly random: readonly number[];
  readonly state: SavedState;
}

/** A strategy in use: threads its state, weighs the task's losses, normalises. */
export interface Criterion {
  /** The strategy's name. */
  readonly name: string;
  /** The loss of a step, differentiable in logits and deltas; advances the strategy's state and randomness. */
  loss(samples: Samples): CriterionLoss;
  /** State and randomness, to be stored with the model's weights. */
  save(): Promise<CriterionCheckpoint>;
  /** Goes on from a checkpoint of the same strategy. */
  restore(checkpoint: CriterionCheckpoint): void;
  /** Frees the strategy's state. */
  dispose(): void;
}

/**
 * What a training step holds: gives the loss of samples under a strategy.
 *
 * L = Σ w·ℓ_cls / N_cls + boxWeight · Σ w_box·ℓ_box / N_box, with weights w and normalisers N from the strategy, and the base losses ℓ
 * of the task.
 *
 * @throws EquipoiseError for an unknown option; at a step, for samples that lack a field or have a wrong shape or dtype.
 * @example
 * const loss = criterion(focal());
 * optimizer.minimize(() => loss.loss(samplesOf(batch)).total);
 */
export function criterion<State extends StrategyState>(
  strategy: SampleStrategy<State>,
  task: Given<Task> = {},
  options: Given<CriterionOptions> = {},
): Criterion {
  const specs = { seed: numberOption(0, { integer: true }), boxWeight: numberOption(1, { min: 0 }) };
  const { seed, boxWeight } = checkOptions<CriterionOptions>('core', specs, options);
  const fullTask: Task = {
    activation: task.activation ?? defaultTask.activation,
    boxLoss: task.boxLoss ?? defaultTask.boxLoss,
    coder: task.coder ?? defaultTask.coder,
  };
  let random = seededRandom(seed);
  let state: State | undefined;
  let started = false;

  const step = (given: Samples): CriterionLoss => {
    const samples: Samples = { ...given, task: given.task ?? fullTask };
    checkSamples(samples, strategy.needs, strategy.name);
    if (!started) {
      state = tidyState(() => strategy.init());
      started = true;
    }
    const current = state as State;
    prepare(samples);
    const [losses, next] =
      strategy.kind === 'soft' && strategy.loss
        ? strategy.loss(samples, current, random)
        : weighted(samples, strategy.apply(samples, current, random));
    keepState(next);
    disposeState(current, next);
    state = next;
    return { ...losses, total: add(losses.classification, mul(losses.box, boxWeight)) as Scalar };
  };

  const tidyState = (make: () => State): State => {
    const made = make();
    keepState(made);
    return made;
  };

  return {
    name: strategy.name,
    loss: step,
    async save() {
      return {
        strategy: strategy.name,
        random: random.state(),
        state: started ? await saveState(state) : null,
      };
    },
    restore(checkpoint) {
      demand(checkpoint.strategy === strategy.name, {
        package: 'core',
        subject: 'checkpoint.strategy',
        expected: strategy.name,
        actual: checkpoint.strategy,
      });
      const restored = tidyState(() => restoreState(checkpoint.state) as State);
      disposeState(state);
      state = restored;
      started = true;
      random = seededRandom(checkpoint.random);
    },
    dispose() {
      disposeState(state);
      state = undefined;
      started = false;
    },
  };
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
