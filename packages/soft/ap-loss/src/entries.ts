import type { SampleWeights, Samples } from '@equipoise/core';
import {
  atLeastOne,
  classCount,
  classTargets,
  demand,
  labelWeights,
  positives,
  probabilities,
  spread,
  weightsOfAll,
} from '@equipoise/core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  abs,
  div,
  greater,
  maximum,
  mul,
  neg,
  onesLike,
  reshape,
  sub,
  sum,
  tidy,
  where,
} from '@tensorflow/tfjs-core';

/** The (sample, class) entries of a batch, flattened: m = n · C. */
export interface Entries {
  /** [m] logits; the gradient reaches those of the samples. */
  readonly scores: Tensor1D;
  /** [m] 1, or the quality, where the class is the label; 0 at other classes; −1 at ignored samples. */
  readonly targets: Tensor1D;
}

/** Every entry of the batch, to be ranked together. `quality` is [n], > 0; default 1. */
export function entriesOf(samples: Samples, quality?: Tensor1D): Entries {
  demandSigmoid(samples);
  const classes = classCount(samples);
  const targets = tidy((): Tensor1D => {
    const positive = classTargets(samples.labels, classes);
    const rated = quality ? mul<Tensor2D>(positive, spread(quality, classes)) : positive;
    const counted = greater(spread(labelWeights(samples), classes), 0);
    return flat(where(counted, rated, neg<Tensor2D>(onesLike(rated))));
  });
  return { scores: flat(samples.logits), targets };
}

/** [n, C] → [m]. */
export function flat(table: Tensor2D): Tensor1D {
  return reshape(table, [table.size]);
}

/** [m] → [n], each sample's entries summed. */
export function perSample(samples: Samples, values: Tensor1D): Tensor1D {
  return tidy(() => sum<Tensor1D>(reshape(values, samples.logits.shape), 1));
}

/**
 * The weights of a step from the gradient [m] of its entries: P · |gradient| / |p − y| for P positives, so that weights × cross-entropy
 * / P have the very same gradient. Where p is y to six digits the weight is smaller than that, not infinite.
 */
export function weightsOfGradient(samples: Samples, gradient: Tensor1D): SampleWeights {
  const classification = tidy((): Tensor2D => {
    const targets = classTargets(samples.labels, classCount(samples));
    const ofCrossEntropy = maximum(abs(sub(probabilities(samples), targets)), 1e-6);
    const carried: Tensor2D = reshape(abs(gradient), samples.logits.shape);
    return div(mul(carried, atLeastOne(positives(samples))), ofCrossEntropy);
  });
  return { ...weightsOfAll(samples, 'positives'), classification };
}

function demandSigmoid(samples: Samples): void {
  const activation = samples.task?.activation ?? 'sigmoid';
  demand(activation === 'sigmoid', {
    package: 'ap-loss',
    subject: 'task.activation',
    expected:
      "'sigmoid' (softmax leaves the common level of a sample's logits open, which a ranking would read)",
    actual: activation,
  });
}
