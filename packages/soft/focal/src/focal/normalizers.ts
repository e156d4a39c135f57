import type { SampleWeights, Samples } from '@equipoise/core';
import { imageCount, imageOf, perImage, positives, spread, weightsOfAll } from '@equipoise/core';
import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { add, div, gather, maximum, mul, scalar, sum, tidy } from '@tensorflow/tfjs-core';

/**
 * What focal loss is divided by, where the references disagree. n⁺ counts positives:
 * - `positives`: n⁺ of the batch, at least 1 (the paper). The box loss too.
 * - `mean`: Σ label weights. The box loss by n⁺.
 * - `sum`: nothing. The box loss by n⁺.
 * - `mmdet`: Σ over images of max(n⁺, 1), + 2⁻²³. The box loss too.
 * - `detectron2`: a running mean v ← .9 v + .1 max(n⁺, 1) from v = 100, which is the strategy's state. The box loss too.
 * - `torchvision`: each image by its own max(n⁺, 1), then the mean over images. The box loss too.
 */
export type FocalNormalizer = 'positives' | 'mean' | 'sum' | 'mmdet' | 'detectron2' | 'torchvision';

/** Every {@link FocalNormalizer}. */
export const FOCAL_NORMALIZERS: readonly FocalNormalizer[] = [
  'positives',
  'mean',
  'sum',
  'mmdet',
  'detectron2',
  'torchvision',
];

/** The running mean of positives with `detectron2`, nothing with any other normaliser. */
export type FocalState = Scalar | undefined;

/** The state before the first step. */
export function initialState(normalizer: FocalNormalizer): FocalState {
  return normalizer === 'detectron2' ? scalar(100) : undefined;
}

/** The weights of a step where all samples train, under classification weights of the strategy's. */
export function normalized(
  samples: Samples,
  classification: Tensor,
  normalizer: FocalNormalizer,
  state: FocalState,
): readonly [SampleWeights, FocalState] {
  switch (normalizer) {
    case 'positives':
    case 'mean':
    case 'sum':
      return [{ ...weightsOfAll(samples, normalizer), classification }, undefined];
    case 'mmdet': {
      const count: Scalar = tidy(() => add(sum(positivesPerImage(samples)), 2 ** -23));
      return [bothBy(count, samples, classification), undefined];
    }
    case 'detectron2': {
      const all = weightsOfAll(samples, 'positives');
      const before = state ?? initialState(normalizer)!;
      const running: Scalar = tidy(() => add(mul(before, 0.9), mul(all.boxNormalizer, 0.1)));
      return [bothBy(running, samples, classification), running];
    }
    case 'torchvision':
      return [eachImageByItsOwn(samples, classification), undefined];
  }
}

function bothBy(count: Scalar, samples: Samples, classification: Tensor): SampleWeights {
  const { box } = weightsOfAll(samples, 'positives');
  return { classification, box, classificationNormalizer: count, boxNormalizer: count };
}

/** A sum over images of sums over samples, each with its image's 1 / max(n⁺, 1), by the number of images. */
function eachImageByItsOwn(samples: Samples, classification: Tensor): SampleWeights {
  const { box } = weightsOfAll(samples, 'positives');
  const share = tidy(() => gather(div<Tensor1D>(1, positivesPerImage(samples)), imageOf(samples)));
  const images = scalar(imageCount(samples));
  return tidy(() => ({
    classification: mul(
      classification,
      classification.rank === 1 ? share : spread(share, classification.shape[1]!),
    ),
    box: mul<Tensor1D>(box, share),
    classificationNormalizer: images,
    boxNormalizer: images,
  }));
}

/** [images] max(n⁺, 1). */
function positivesPerImage(samples: Samples): Tensor1D {
  return maximum(perImage(samples, positives(samples)), 1);
}
