import type {
  OptionSpec,
  SampleField,
  SampleWeights,
  Samples,
  SoftStrategy,
  StrategyLoss,
} from '@equipoise/core';
import {
  boxTerm,
  choiceOption,
  classificationLosses,
  detach,
  detachWeights,
  labelWeights,
  pointwiseLoss,
  pointwiseLossSum,
  spread,
  weightsOfAll,
  withWeights,
} from '@equipoise/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { div, maximum, mul, tidy } from '@tensorflow/tfjs-core';
import type { EntryLoss } from './terms.ts';

/** What the relatives of focal loss are divided by: the positives of the batch (at least 1), Σ label weights, or nothing. */
export type LossNormalizer = 'positives' | 'mean' | 'sum';

/** The option `normalizer`. */
export function normalizerOption(initial: LossNormalizer): OptionSpec<LossNormalizer> {
  return choiceOption(['positives', 'mean', 'sum'], initial);
}

/** What tells one strategy of a loss from another. */
export interface LossStrategyParts {
  readonly name: string;
  readonly options: { readonly normalizer: LossNormalizer };
  readonly needs?: readonly SampleField[];
  /** Refuses samples it is not made for. */
  readonly check?: (samples: Samples) => void;
  /** The loss of every entry before label weights, [n, C] with sigmoid or [n] with softmax; the gradient reaches the logits. */
  readonly loss: (samples: Samples) => EntryLoss;
  /** What each entry counts, in that shape, ≥ 0; default: loss / cross-entropy, so that weight × cross-entropy is the loss. */
  readonly factors?: (samples: Samples) => EntryLoss;
}

/** A strategy whose classification loss is not a weight times the task's: Σ label weight × loss / normaliser, in one pass. */
export function lossStrategy(parts: LossStrategyParts): SoftStrategy {
  const { name, options, needs = [], check, loss, factors } = parts;
  const weigh = (samples: Samples): SampleWeights => {
    const classification = tidy(() => {
      const factor = detach(factors ? valuesOf(factors(samples)) : ratio(samples, valuesOf(loss(samples))));
      const label = labelWeights(samples);
      return mul(factor, factor.rank === 1 ? label : spread(label, factor.shape[1]!));
    });
    return detachWeights({ ...weightsOfAll(samples, options.normalizer), classification });
  };
  return {
    kind: 'soft',
    name,
    options: { ...options },
    needs,
    init() {},
    apply(samples) {
      check?.(samples);
      return [tidy(() => ({ ...weigh(samples) })), undefined];
    },
    loss(samples): readonly [StrategyLoss, undefined] {
      check?.(samples);
      const all = weightsOfAll(samples, options.normalizer);
      const { formula, tensors } = loss(samples);
      const classification = pointwiseLossSum(formula, tensors, {
        weight: labelWeights(samples),
        normalizer: all.classificationNormalizer,
      });
      return [withWeights({ classification, box: boxTerm(samples, all) }, () => weigh(samples)), undefined];
    },
  };
}

function valuesOf({ formula, tensors }: EntryLoss): Tensor {
  return pointwiseLoss(formula, tensors);
}

/** Loss / cross-entropy; 0 where a loss is below 0 (Poly-1 with a negative ε). */
function ratio(samples: Samples, losses: Tensor): Tensor {
  const crossEntropy = detach(classificationLosses(samples));
  return div(maximum(detach(losses), 0), maximum(crossEntropy, 1e-30));
}
