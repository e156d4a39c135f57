import type { Scalar } from '@tensorflow/tfjs-core';
import { add, mul } from '@tensorflow/tfjs-core';
import { demand } from '../errors.ts';
import {
  checkOptions,
  choiceOption,
  flagOption,
  numberOption,
  type Given,
  type OptionSpecs,
} from '../options.ts';
import { seededRandom } from '../random.ts';
import { checkSampleValuesSync } from '../samples/check-values.ts';
import { checkSamples } from '../samples/check.ts';
import type { Samples } from '../samples/samples.ts';
import { defaultTask, type Task } from '../samples/task.ts';
import { disposeState, keepState, restoreState, saveState, type SavedState } from '../strategy/state.ts';
import type { SampleStrategy, SampleWeights, StrategyState } from '../strategy/strategy.ts';
import { strategyLoss } from './strategy-loss.ts';
import { withWeights } from './with-weights.ts';

/** Options of {@link criterion}. */
export interface CriterionOptions {
  /** Seed of the strategy's randomness, an integer. Default 0. */
  readonly seed: number;
  /** Factor of the box loss in the total. Default 1. */
  readonly boxWeight: number;
  /**
   * Whether each step first reads all samples and refuses values that are not finite or out of range, naming the first sample at fault.
   * For debugging: it waits for the device. Default false, which reads nothing. On `webgpu`, `await checkSampleValues(samples)` before
   * the step instead.
   */
  readonly checked: boolean;
}

/** The loss of one step. Tensors belong to the caller's tidy scope. */
export interface CriterionLoss {
  /** classification + boxWeight × box: what to minimise. */
  readonly total: Scalar;
  readonly classification: Scalar;
  /** 0 where samples carry no deltas. */
  readonly box: Scalar;
  /**
   * The weights behind it, for reports; detached. Made when first read, in the scope in which the loss was made, so that a step that
   * reports nothing does not pay for them.
   */
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
 * @throws EquipoiseError for an option or a part of the task that is unknown or refused; at a step, for samples that lack a field or have a wrong shape or dtype.
 * @example
 * import { criterion } from '@equipoise/core';
 * import { focal } from '@equipoise/focal';
 * import { tensor1d, tensor2d, train, variable } from '@tensorflow/tfjs-core';
 *
 * const logits = variable(tensor2d([[2, -1], [-1, 0], [0, 1], [-3, 2]])); // in place of a network: 4 samples, 2 classes
 * const labels = tensor1d([0, 1, 2, -1], 'int32'); // 2 is background, -1 ignored
 * const loss = criterion(focal());
 * train.sgd(0.1).minimize(() => loss.loss({ logits, labels }).total);
 */
export function criterion<State extends StrategyState>(
  strategy: SampleStrategy<State>,
  task: Given<Task> = {},
  options: Given<CriterionOptions> = {},
): Criterion {
  const specs = {
    seed: numberOption(0, { integer: true }),
    boxWeight: numberOption(1, { min: 0 }),
    checked: flagOption(false),
  };
  const { seed, boxWeight, checked } = checkOptions<CriterionOptions>('@equipoise/core', specs, options);
  const fullTask = checkOptions<Task>('@equipoise/core', TASK, task);
  let random = seededRandom(seed);
  let state: State | undefined;
  let started = false;

  const replace = (next: State): void => {
    keepState(next);
    disposeState(state, next);
    state = next;
    started = true;
  };

  const stateNow = (): State => {
    if (!started) replace(strategy.init());
    return state as State;
  };

  const step = (given: Samples): CriterionLoss => {
    const samples: Samples = { ...given, task: given.task ?? fullTask };
    checkSamples(samples, strategy.needs, strategy.name);
    if (checked) checkSampleValuesSync(samples);
    const [losses, next] = strategyLoss(strategy, samples, stateNow(), random);
    replace(next);
    const { classification, box } = losses;
    const total: Scalar = add(classification, boxWeight === 1 ? box : mul(box, boxWeight));
    return withWeights({ total, classification, box }, () => losses.weights);
  };

  return {
    name: strategy.name,
    loss: step,
    async save() {
      return {
        strategy: strategy.name,
        random: random.state(),
        state: await saveState(stateNow()),
      };
    },
    restore(checkpoint) {
      demand(checkpoint.strategy === strategy.name, {
        package: '@equipoise/core',
        subject: 'checkpoint.strategy',
        expected: strategy.name,
        actual: checkpoint.strategy,
      });
      replace(restoreState(checkpoint.state) as State);
      random = seededRandom(checkpoint.random);
    },
    dispose() {
      disposeState(state);
      state = undefined;
      started = false;
    },
  };
}

const TASK: OptionSpecs<Task> = {
  activation: choiceOption(['sigmoid', 'softmax'], defaultTask.activation),
  boxLoss: {
    default: defaultTask.boxLoss,
    expected: 'a box loss',
    accepts: (value) => isObject(value) && 'compares' in value && 'apply' in value,
  },
  coder: {
    default: defaultTask.coder,
    expected: 'a box coder',
    accepts: (value) => isObject(value) && 'encode' in value && 'decode' in value,
  },
};

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
