import type { Samples } from '@equipoise/core';
import {
  classCount,
  decodedBoxes,
  greedyNms,
  imageCount,
  imageOf,
  negatives,
  perImage,
  positives,
  selectTopK,
} from '@equipoise/core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import { add, cast, fill, floor, maximum, mul, sub, tidy, where } from '@tensorflow/tfjs-core';
import type { OhemOptions } from '../presets.ts';

/** Losses are ≥ 0: this marks what may not train. */
const OUT = -1;

/** [n] mask of the samples that train, by [n] losses ≥ 0: NMS, then the highest losses, then the bound on negatives. */
export function chooseHard(samples: Samples, losses: Tensor1D, options: OhemOptions): Tensor1D {
  return tidy(() => {
    const eligible = add<Tensor1D>(positives(samples), negatives(samples));
    const left = options.nmsThreshold < 1 ? withoutDuplicates(samples, losses, eligible, options) : eligible;
    const rank: Ranking = { samples: options.scope === 'batch' ? asOneImage(samples) : samples, losses };
    const chosen =
      options.positiveFraction < 0
        ? highest(rank, left, fill([imageCount(rank.samples)], options.count))
        : highestApart(rank, left, options);
    return options.maxNegativesPerPositive < 0 ? chosen : boundNegatives(rank, chosen, options);
  });
}

/** What is ranked, and within which images. */
interface Ranking {
  readonly samples: Samples;
  readonly losses: Tensor1D;
}

/** NMS with the loss as score. No group gives more than `count` of those that are chosen in the end. */
function withoutDuplicates(
  samples: Samples,
  losses: Tensor1D,
  eligible: Tensor1D,
  { preset, nmsThreshold, count }: OhemOptions,
): Tensor1D {
  const official = preset === 'official';
  const labels = classCount(samples) + 1;
  return greedyNms(
    {
      boxes: preset === 'tf' ? decodedBoxes(samples) : samples.anchors!,
      scores: where<Tensor1D>(cast(eligible, 'bool'), losses, fill(losses.shape, OUT)),
      group: official ? imageAndLabel(samples, labels) : imageOf(samples),
    },
    {
      groupCount: official ? imageCount(samples) * labels : imageCount(samples),
      iouThreshold: nmsThreshold,
      maxPerGroup: count,
      offset: official ? 1 : 0,
      scoreThreshold: OUT / 2,
    },
  );
}

/** [n] int32, a number for each pair; background is a label. */
function imageAndLabel(samples: Samples, labels: number): Tensor1D {
  const image = mul(cast(imageOf(samples), 'float32'), labels);
  return cast(add<Tensor1D>(image, cast(samples.labels, 'float32')), 'int32');
}

function asOneImage({ image: _image, imageCount: _count, ...samples }: Samples): Samples {
  return samples;
}

/** The k eligible samples of highest loss in each image. */
function highest({ samples, losses }: Ranking, eligible: Tensor1D, k: Tensor1D): Tensor1D {
  const image = imageOf(samples);
  return selectTopK({ scores: losses, eligible, image, k }, { imageCount: imageCount(samples) });
}

/** The hardest positives up to their quota, and the hardest negatives up to `count`. */
function highestApart(rank: Ranking, left: Tensor1D, { count, positiveFraction }: OhemOptions): Tensor1D {
  const { samples } = rank;
  const quota: Tensor1D = fill([imageCount(samples)], Math.floor(count * positiveFraction));
  const positive = highest(rank, mul<Tensor1D>(left, positives(samples)), quota);
  const free = sub<Tensor1D>(count, perImage(samples, positive));
  return add(positive, highest(rank, mul<Tensor1D>(left, negatives(samples)), free));
}

/** Keeps all chosen positives, and the hardest ⌊ratio · positives⌋ of the chosen negatives. */
function boundNegatives(
  rank: Ranking,
  chosen: Tensor1D,
  { preset, maxNegativesPerPositive, minNegatives }: OhemOptions,
): Tensor1D {
  const { samples } = rank;
  const positive = mul<Tensor1D>(chosen, positives(samples));
  const count = perImage(samples, positive);
  // mmdetection's bound counts at least one positive.
  const counted = preset === 'mmdet' ? maximum<Tensor1D>(count, 1) : count;
  const bound = maximum<Tensor1D>(floor(mul(counted, maxNegativesPerPositive)), minNegatives);
  return add(positive, highest(rank, mul<Tensor1D>(chosen, negatives(samples)), bound));
}
