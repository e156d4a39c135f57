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
  spread,
  weightedSum,
  weightsOfAll,
} from '@equipoise/core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { div, maximum, mul, tidy } from '@tensorflow/tfjs-core';

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
  /** The losses before label weights, [n, C] with sigmoid or [n] with softmax; the gradient reaches the logits. */
  readonly losses: (samples: Samples) => Tensor;
  /** What each entry counts, in that shape, ≥ 0; default: loss / cross-entropy, so that weight × cross-entropy is the loss. */
  readonly factors?: (samples: Samples) => Tensor;
}

/** A strategy whose classification loss is not a weight times the task's: Σ label weight × loss / normaliser, in one piece. */
export function lossStrategy(parts: LossStrategyParts): SoftStrategy {
  const { name, options, needs = [], check, losses, factors } = parts;
  const weigh = (samples: Samples, given: Tensor): SampleWeights => {
    const classification = tidy(() => {
      const factor = detach(factors?.(samples) ?? ratio(given, classificationLosses(samples)));
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
      return [tidy(() => ({ ...weigh(samples, losses(samples)) })), undefined];
    },
    loss(samples): readonly [StrategyLoss, undefined] {
      check?.(samples);
      const given = losses(samples);
      const weights = weigh(samples, given);
      const classification: Scalar = tidy(() =>
        div(weightedSum(given, labelWeights(samples)), weights.classificationNormalizer),
      );
      return [{ classification, box: boxTerm(samples, weights), weights }, undefined];
    },
  };
}

/** Loss / cross-entropy; 0 where a loss is below 0 (Poly-1 with a negative ε). */
function ratio(losses: Tensor, crossEntropy: Tensor): Tensor {
  return div(maximum(detach(losses), 0), maximum(detach(crossEntropy), 1e-30));
}
