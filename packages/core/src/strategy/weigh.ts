import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { mul, scalar, tidy } from '@tensorflow/tfjs-core';
import { detach } from '../operations/detach.ts';
import { atLeastOne, labelWeights, positives } from '../samples/masks.ts';
import type { Samples } from '../samples/samples.ts';
import type { SampleWeights } from './strategy.ts';

/** What a strategy's losses are divided by, where the references disagree (ALGORITHMS §7.3). */
export type Normalizer =
  /** Σ label weights of all samples that are not ignored: a mean. */
  | 'mean'
  /** The positives of the batch, at least 1 (RetinaNet's paper). */
  | 'positives'
  /** The samples that carry classification weight, at least 1. */
  | 'selected'
  /** Nothing: a sum. */
  | 'sum';

/**
 * The weights of a step from the [n] mask of the samples that train: label weights inside the mask, 0 outside; box weights at the
 * positives inside it. Box losses are divided by the positives that train, at least 1.
 */
export function weightsOfSelection(
  samples: Samples,
  selection: Tensor1D,
  normalizer: Normalizer,
): SampleWeights {
  const classification = tidy(() => mul(labelWeights(samples), selection) as Tensor1D);
  const box = tidy(() => mul(classification, positives(samples)) as Tensor1D);
  const trainedPositives = tidy(() => atLeastOne(mul(selection, positives(samples)) as Tensor1D));
  return {
    classification,
    box,
    classificationNormalizer: normalizerOf(samples, normalizer, trainedPositives, selection),
    boxNormalizer: trainedPositives,
  };
}

/** The weights where every sample trains alike. */
export function weightsOfAll(samples: Samples, normalizer: Normalizer): SampleWeights {
  const positive = positives(samples);
  const trainedPositives = atLeastOne(positive);
  return {
    classification: labelWeights(samples),
    box: tidy(() => mul(labelWeights(samples), positive) as Tensor1D),
    classificationNormalizer: normalizerOf(samples, normalizer, trainedPositives, undefined),
    boxNormalizer: trainedPositives,
  };
}

/** The same weights without history. */
export function detachWeights(weights: SampleWeights): SampleWeights {
  return {
    classification: detach<Tensor>(weights.classification),
    box: detach(weights.box),
    classificationNormalizer: detach(weights.classificationNormalizer),
    boxNormalizer: detach(weights.boxNormalizer),
  };
}

function normalizerOf(
  samples: Samples,
  normalizer: Normalizer,
  positive: Scalar,
  selection: Tensor1D | undefined,
): Scalar {
  switch (normalizer) {
    case 'mean':
      return atLeastOne(labelWeights(samples));
    case 'positives':
      return positive;
    case 'selected':
      return selection
        ? tidy(() => atLeastOne(mul(labelWeights(samples), selection) as Tensor1D))
        : atLeastOne(labelWeights(samples));
    case 'sum':
      return scalar(1);
  }
}
