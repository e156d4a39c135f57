import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import {
  cast,
  equal,
  expandDims,
  greater,
  greaterEqual,
  less,
  logicalAnd,
  matMul,
  maximum,
  mul,
  reshape,
  scalar,
  sum,
  tidy,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { membership } from '../operations/membership.ts';
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

/** [n] label weights, 0 at ignored samples: 1, or what `weights` says, where the label is not -1. */
export function labelWeights(samples: Samples): Tensor1D {
  return once(samples, 'labelWeights', () =>
    tidy(() => {
      const labelled = cast(greaterEqual(samples.labels, 0), 'float32');
      return (samples.weights ? mul(samples.weights, labelled) : labelled) as Tensor1D;
    }),
  );
}

/** [n] float32: 1 at positives (a class, not ignored), 0 elsewhere. */
export function positives(samples: Samples): Tensor1D {
  return once(samples, 'positives', () =>
    tidy(() => masked(samples, less(samples.labels, classCount(samples)) as Tensor1D)),
  );
}

/** [n] float32: 1 at negatives (background, not ignored), 0 elsewhere. */
export function negatives(samples: Samples): Tensor1D {
  return once(samples, 'negatives', () =>
    tidy(() => masked(samples, equal(samples.labels, classCount(samples)) as Tensor1D)),
  );
}

/** Σ of a [n] mask or weight, but at least 1: what losses are divided by. */
export function atLeastOne(counted: Tensor1D): Scalar {
  // tfjs-backend-wasm 4.22 sums nothing to whatever its memory holds.
  if (counted.size === 0) return scalar(1);
  return tidy(() => maximum(sum(counted), 1) as Scalar);
}

/** Σ of a [n] mask or weight in each image: [imageCount]. */
export function perImage(samples: Samples, counted: Tensor1D): Tensor1D {
  return tidy(() => {
    const { image } = samples;
    // The wasm backend does not multiply matrices without rows.
    if (counted.size === 0) return zeros([imageCount(samples)]) as Tensor1D;
    if (!image) return sum(expandDims(counted, 1), 0);
    const members = membership(image, imageCount(samples));
    return reshape(matMul(expandDims(counted, 0), members), [imageCount(samples)]);
  });
}

/** [n] int32 image of every sample; zeros where samples name none. */
export function imageOf(samples: Samples): Tensor1D {
  return samples.image ?? once(samples, 'image', () => zerosLike(samples.labels));
}

function masked(samples: Samples, condition: Tensor1D): Tensor1D {
  return cast(logicalAnd(greater(labelWeights(samples), 0), condition), 'float32') as Tensor1D;
}
