import type { Samples } from '@equipoise/core';
import {
  atLeastOne,
  demand,
  entryFormula,
  formula,
  labelWeights,
  pointwiseValues,
  positives,
} from '@equipoise/core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { reshape, sum, tidy } from '@tensorflow/tfjs-core';

const { abs, columnIndex, div, equal, greater, labelTerms, max, mul, select } = formula;

/** The (sample, class) entries of a batch, flattened: m = n · C. */
export interface Entries {
  /** [m] logits; the gradient reaches those of the samples. */
  readonly scores: Tensor1D;
  /** [m] 1, or the quality, where the class is the label; 0 at other classes; −1 at ignored samples. */
  readonly targets: Tensor1D;
}

/** Every entry of the batch, to be ranked together. `quality` is [n], taken for at least 1e-6, so that a positive stays one; default 1. */
export function entriesOf(samples: Samples, quality?: Tensor1D): Entries {
  demandSigmoid(samples);
  const { logits, labels } = samples;
  const given = { logits, labels, weights: labelWeights(samples) };
  const targets: Tensor2D = quality
    ? pointwiseValues(ratedTargets, { ...given, quality })
    : pointwiseValues(plainTargets, given);
  return { scores: flat(logits), targets: flat(targets) };
}

/** Targets of entries; the logits only say how many there are. */
const plainTargets = entryFormula({
  inputs: { logits: 'entry', labels: 'row', weights: 'row' },
  loss: ({ labels, weights }) => select(greater(weights, 0), select(equal(columnIndex(), labels), 1, 0), -1),
});
const ratedTargets = entryFormula({
  inputs: { logits: 'entry', labels: 'row', weights: 'row', quality: 'row' },
  loss: ({ labels, weights, quality }) =>
    select(greater(weights, 0), select(equal(columnIndex(), labels), max(quality, 1e-6), 0), -1),
});

/** [n, C] → [m]. */
export function flat(table: Tensor2D): Tensor1D {
  return reshape(table, [table.size]);
}

/** [m] → [n], each sample's entries summed. */
export function perSample(samples: Samples, values: Tensor1D): Tensor1D {
  return tidy(() => sum<Tensor1D>(reshape(values, samples.logits.shape), 1));
}

/**
 * The classification weights of a step from the gradient [m] of its entries: P · |gradient| / |p − y| for P positives, so that weights ×
 * cross-entropy / P have the very same gradient. Where p is y to six digits the weight is smaller than that, not infinite.
 */
export function weightsOfGradient(samples: Samples, gradient: Tensor1D): Tensor {
  const { logits, labels } = samples;
  return tidy(() =>
    pointwiseValues(carriedWeights, {
      logits,
      labels,
      gradient: reshape(gradient, logits.shape),
      count: atLeastOne(positives(samples)),
    }),
  );
}

const carriedWeights = entryFormula({
  inputs: { logits: 'entry', labels: 'row', gradient: 'entry', count: 'scalar' },
  loss: ({ logits, labels, gradient, count }) =>
    div(mul(abs(gradient), count), max(labelTerms(logits, labels).miss, 1e-6)),
});

function demandSigmoid(samples: Samples): void {
  const activation = samples.task?.activation ?? 'sigmoid';
  demand(activation === 'sigmoid', {
    package: '@equipoise/ap-loss',
    subject: 'task.activation',
    expected:
      "'sigmoid' (softmax leaves the common level of a sample's logits open, which a ranking would read)",
    actual: activation,
  });
}
