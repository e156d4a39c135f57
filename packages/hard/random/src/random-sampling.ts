import type { Given, HardStrategy } from '@equipoise/core';
import {
  checkOptions,
  choiceOption,
  imageCount,
  imageOf,
  negatives,
  numberOption,
  perImage,
  positives,
  selectTopK,
  weightsOfSelection,
} from '@equipoise/core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import { add, floor, fill, maximum, minimum, mul, sub, tensor1d, tidy } from '@tensorflow/tfjs-core';

/** Options of {@link randomSampling}. */
export interface RandomSamplingOptions {
  /** How many samples train in each image, an integer ≥ 1. Default 256 (Faster R-CNN's RPN). */
  readonly count: number;
  /** At most this share of them are positives, in [0, 1]. Default .5. */
  readonly positiveFraction: number;
  /** At most this many negatives a positive (of max(1, positives)); -1 no bound: negatives fill up to `count`. Default -1. */
  readonly maxNegativesPerPositive: number;
  /** What the classification loss is divided by. Default `selected`. */
  readonly normalizer: 'selected' | 'positives';
}

/**
 * Random balanced sampling: in each image up to ⌊count · positiveFraction⌋ positives at random, and negatives at random up to `count`.
 * Positives that are not drawn do not train. Faster R-CNN §3.1.3; quotas as mmdetection's `RandomSampler`.
 *
 * Every sample draws one number; the highest of each image and kind are chosen, all on the device.
 *
 * @throws EquipoiseError for an option that is unknown or out of range.
 */
export function randomSampling(options: Given<RandomSamplingOptions> = {}): HardStrategy {
  const inForce = checkOptions<RandomSamplingOptions>(
    'random',
    {
      count: numberOption(256, { min: 1, integer: true }),
      positiveFraction: numberOption(0.5, { min: 0, max: 1 }),
      maxNegativesPerPositive: numberOption(-1, { min: -1 }),
      normalizer: choiceOption(['selected', 'positives'], 'selected'),
    },
    options,
  );
  const { count, positiveFraction, maxNegativesPerPositive, normalizer } = inForce;
  return {
    kind: 'hard',
    name: 'random',
    options: { ...inForce },
    needs: [],
    init() {},
    apply(samples, _state, random) {
      const selection = tidy(() => {
        const images = imageCount(samples);
        const scores = tensor1d(random.uniform(samples.logits.shape[0]));
        const image = imageOf(samples);
        const positive = positives(samples);
        const quota = fill([images], Math.floor(count * positiveFraction)) as Tensor1D;
        const chosenPositives = selectTopK(
          { scores, eligible: positive, image, k: quota },
          { imageCount: images },
        );
        const taken = minimum(perImage(samples, positive), quota);
        const free = sub(count, taken) as Tensor1D;
        const bound = floor(mul(maximum(taken, 1), maxNegativesPerPositive)) as Tensor1D;
        const k = maxNegativesPerPositive < 0 ? free : (minimum(free, bound) as Tensor1D);
        const chosenNegatives = selectTopK(
          { scores, eligible: negatives(samples), image, k },
          { imageCount: images },
        );
        return add(chosenPositives, chosenNegatives) as Tensor1D;
      });
      return [weightsOfSelection(samples, selection, normalizer), undefined];
    },
  };
}
