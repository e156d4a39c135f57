import type { Given, HardStrategy, SampleWeights, Samples } from '@equipoise/core';
import {
  classCount,
  imageCount,
  imageOf,
  labelWeights,
  negatives,
  perImage,
  positives,
  rankingLosses,
  selectTopK,
  weightsOfSelection,
} from '@equipoise/core';
import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  ceil,
  div,
  equal,
  floor,
  greaterEqual,
  less,
  logicalAnd,
  maximum,
  minimum,
  mul,
  onesLike,
  sub,
  sum,
  tidy,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { HardNegativeMiningOptions } from './presets.ts';
import { optionsInForce } from './presets.ts';

/** -ln(FLT_MIN): Caffe's losses go no higher. */
const LARGEST_CAFFE_LOSS = 87.33654475;

/**
 * Online hard-negative mining: in each image all positives train, and the k = min(⌊ratio · positives⌋, negatives) negatives of highest
 * classification loss. Both losses are divided by the positives of the batch, at least 1. SSD §2.2; ranking by value only, gradient through
 * the losses that are kept; equal losses by lower index. Presets reproduce six implementations.
 *
 * @throws EquipoiseError for an option that is unknown or out of range; at a step, where `maxOverlap` is below 1 and samples lack
 * `maxOverlaps`.
 */
export function hardNegativeMining(options: Given<HardNegativeMiningOptions> = {}): HardStrategy {
  const inForce = optionsInForce(options);
  return {
    kind: 'hard',
    name: 'hard-negative-mining',
    options: { ...inForce },
    needs: inForce.maxOverlap < 1 ? ['maxOverlaps'] : [],
    init() {},
    apply: (samples) => [mine(samples, inForce), undefined],
  };
}

function mine(samples: Samples, options: HardNegativeMiningOptions): SampleWeights {
  const { preset } = options;
  const counted = preset === 'mmdet' ? labelledPositives(samples) : positives(samples);
  const k = wanted(samples, counted, options);
  const hardest = tidy(() => hardestOf(samples, k, options));
  const selection = tidy(() => add<Tensor1D>(positives(samples), hardest));
  const weights = weightsOfSelection(samples, selection, 'positives');
  const normalizer = normalizerOf(samples, counted, options) ?? weights.boxNormalizer;
  const classification =
    preset === 'torchvision' ? countedTwice(samples, k, hardest) : weights.classification;
  return { ...weights, classification, classificationNormalizer: normalizer, boxNormalizer: normalizer };
}

/** [imageCount] how many negatives to mine in each image. */
function wanted(
  samples: Samples,
  positive: Tensor1D,
  { ratio, minNegatives, emptyShare }: HardNegativeMiningOptions,
): Tensor1D {
  return tidy(() => {
    const count = perImage(samples, positive);
    const k = maximum<Tensor1D>(floor(mul(count, ratio)), minNegatives);
    if (emptyShare === 0) return k;
    // n / 100, not n · .01, which is no whole number in float32 where n / 100 is.
    const share = ceil<Tensor1D>(div(perImage(samples, onesLike(positive)), 1 / emptyShare));
    return where(equal(count, 0), maximum(k, share), k);
  });
}

/** [n] mask of the k negatives of highest loss in each image. */
function hardestOf(
  samples: Samples,
  k: Tensor1D,
  { preset, maxOverlap }: HardNegativeMiningOptions,
): Tensor1D {
  const losses = rankingLosses(samples, { box: false });
  const negative = negatives(samples);
  const apart = (): Tensor1D => cast(less(samples.maxOverlaps!, maxOverlap), 'float32');
  return selectTopK(
    {
      scores: preset === 'caffe' ? minimum(losses, LARGEST_CAFFE_LOSS) : losses,
      eligible: maxOverlap < 1 ? mul<Tensor1D>(negative, apart()) : negative,
      image: imageOf(samples),
      k,
    },
    { imageCount: imageCount(samples) },
  );
}

/** torchvision's weights: positives rank behind all negatives and are mined when these run out, on top of training anyway. */
function countedTwice(samples: Samples, k: Tensor1D, hardest: Tensor1D): Tensor1D {
  return tidy(() => {
    const positive = positives(samples);
    const missing = sub<Tensor1D>(k, perImage(samples, hardest));
    const again = selectTopK(
      { scores: zerosLike(positive), eligible: positive, image: imageOf(samples), k: missing },
      { imageCount: imageCount(samples) },
    );
    return mul<Tensor1D>(labelWeights(samples), add(add(positive, hardest), again));
  });
}

/** The divisor where it is not the positives of the batch, at least 1. */
function normalizerOf(
  samples: Samples,
  positive: Tensor1D,
  { preset, normalizer }: HardNegativeMiningOptions,
): Scalar | undefined {
  if (normalizer === 'positives-per-image') {
    return tidy(() => sum<Scalar>(maximum(perImage(samples, positive), 1)));
  }
  return preset === 'ssd.pytorch' ? tidy(() => sum<Scalar>(positive)) : undefined;
}

/** [n] mask of a class as label, whatever the label weight. */
function labelledPositives(samples: Samples): Tensor1D {
  const { labels } = samples;
  return tidy(() => cast(logicalAnd(greaterEqual(labels, 0), less(labels, classCount(samples))), 'float32'));
}
