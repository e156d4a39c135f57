import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import { cast, maximum, scalar, sum, tidy, zerosLike } from '@tensorflow/tfjs-core';
import type { EntryFormula } from '../formula/entry-formula.ts';
import { entryFormula } from '../formula/entry-formula.ts';
import * as formula from '../formula/index.ts';
import { pointwiseValues } from '../formula/pointwise-values.ts';
import { detach } from '../operations/detach.ts';
import { groupSums } from '../operations/group-sums.ts';
import { lookUp } from '../operations/look-up.ts';
import { once } from './once.ts';
import type { Samples } from './samples.ts';

/** C, the number of foreground classes. */
export function classCount(samples: Samples): number {
  const columns = samples.logits.shape[1];
  return samples.task?.activation === 'softmax' ? columns - 1 : columns;
}

/** How many images the batch holds; 1 where samples name no image. */
export function imageCount(samples: Samples): number {
  return samples.imageCount ?? 1;
}

/** [n] label weights, 0 at ignored samples: 1, or what `weights` says, where the label is not -1. Detached. */
export function labelWeights(samples: Samples): Tensor1D {
  const { labels, weights } = samples;
  return once(samples, 'labelWeights', () =>
    weights
      ? pointwiseValues(ownWeight, { labels, weights: detach(weights) })
      : pointwiseValues(unitWeight, { labels }),
  );
}

/** [n] float32: 1 at positives (a class, not ignored), 0 elsewhere. */
export function positives(samples: Samples): Tensor1D {
  return once(samples, 'positives', () => masked(samples, isClass));
}

/** [n] float32: 1 at negatives (background, not ignored), 0 elsewhere. */
export function negatives(samples: Samples): Tensor1D {
  return once(samples, 'negatives', () => masked(samples, isBackground));
}

/** Σ of a [n] mask or weight, but at least 1: what losses are divided by. */
export function atLeastOne(counted: Tensor1D): Scalar {
  // tfjs-backend-wasm 4.22 sums nothing to whatever its memory holds.
  if (counted.size === 0) return scalar(1);
  return tidy(() => maximum(sum(counted), 1) as Scalar);
}

/** Σ of a [n] mask or weight in each image: [imageCount]. Detached. */
export function perImage(samples: Samples, counted: Tensor1D): Tensor1D {
  return tidy(() =>
    groupSums({ values: detach(counted), group: imageOf(samples) }, { groupCount: imageCount(samples) }),
  );
}

/** [imageCount] numbers, each given to the samples of its image: [n]. Detached. */
export function ofImage(samples: Samples, numbers: Tensor1D): Tensor1D {
  return tidy(() => {
    const places = cast<Tensor1D>(imageOf(samples), 'float32');
    return lookUp({ table: detach(numbers), places }, {}) as Tensor1D;
  });
}

/** [n] int32 image of every sample; zeros where samples name none. */
export function imageOf(samples: Samples): Tensor1D {
  return samples.image ?? once(samples, 'image', () => zerosLike(samples.labels));
}

const { equal, greater, greaterEqual, less, select } = formula;

/** What masks are made of, each in one pass. */
const unitWeight = entryFormula({
  inputs: { labels: 'entry' },
  loss: ({ labels }) => select(greaterEqual(labels, 0), 1, 0),
});
const ownWeight = entryFormula({
  inputs: { labels: 'entry', weights: 'entry' },
  loss: ({ labels, weights }) => select(greaterEqual(labels, 0), weights, 0),
});
const isClass = counted((labels, classes) => less(labels, classes));
const isBackground = counted((labels, classes) => equal(labels, classes));

/** 1 where a sample has weight and a label as the condition says, 0 elsewhere. */
function counted(
  holds: (labels: formula.Expression, classes: formula.Expression) => formula.Condition,
): EntryFormula<'labels' | 'weights' | 'classes'> {
  return entryFormula({
    inputs: { labels: 'entry', weights: 'entry', classes: 'scalar' },
    loss: ({ labels, weights, classes }) =>
      select(greater(weights, 0), select(holds(labels, classes), 1, 0), 0),
  });
}

function masked(samples: Samples, mask: EntryFormula<'labels' | 'weights' | 'classes'>): Tensor1D {
  const weights = labelWeights(samples);
  return tidy(() =>
    pointwiseValues(mask, { labels: samples.labels, weights, classes: scalar(classCount(samples)) }),
  );
}
