import type { Given, OptionSpecs, Samples } from '@equipoise/core';
import { choiceOption, imageCount, numberOption, perImage } from '@equipoise/core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import { fill, floor, maximum, minimum, mul, sub, tidy } from '@tensorflow/tfjs-core';

/** How many positives and negatives of an image train. */
export interface Quotas {
  /** How many samples train in each image, an integer ≥ 1. Default 256 (Faster R-CNN's RPN). */
  readonly count: number;
  /** At most this share of them are positives, in [0, 1]: ⌊count · positiveFraction⌋. Default .5. */
  readonly positiveFraction: number;
  /** At most this many negatives a positive (of max(1, positives)); -1 no bound: negatives fill up to `count`. Default -1. */
  readonly maxNegativesPerPositive: number;
}

/** Options that every sampling strategy of this package takes. */
export interface SamplingOptions extends Quotas {
  /** What the classification loss is divided by. Default `selected`. */
  readonly normalizer: 'selected' | 'positives';
}

export const quotaSpecs: OptionSpecs<Quotas> = {
  count: numberOption(256, { min: 1, integer: true }),
  positiveFraction: numberOption(0.5, { min: 0, max: 1 }),
  maxNegativesPerPositive: numberOption(-1, { min: -1 }),
};

export const samplingSpecs: OptionSpecs<SamplingOptions> = {
  ...quotaSpecs,
  normalizer: choiceOption(['selected', 'positives'], 'selected'),
};

/** The options of {@link SamplingOptions} among those given, and the others. */
export function splitSamplingOptions<T extends object>(
  given: Given<T & SamplingOptions>,
): readonly [Given<SamplingOptions>, Given<T>] {
  const entries = Object.entries(given);
  const isOurs = ([name]: [string, unknown]): boolean => Object.hasOwn(samplingSpecs, name);
  return [
    Object.fromEntries(entries.filter(isOurs)),
    Object.fromEntries(entries.filter((entry) => !isOurs(entry))) as Given<T>,
  ];
}

/** How many positives are wanted in an image: the same in each. */
export function wantedPositives({ count, positiveFraction }: Quotas): number {
  return Math.floor(count * positiveFraction);
}

/** How many negatives are wanted in an image that trains `taken` positives. */
export function wantedNegatives({ count, maxNegativesPerPositive }: Quotas, taken: number): number {
  const free = count - taken;
  if (maxNegativesPerPositive < 0) return free;
  return Math.min(free, Math.floor(maxNegativesPerPositive * Math.max(1, taken)));
}

/** [imageCount] {@link wantedPositives} of each image. */
export function wantedPositivesPerImage(samples: Samples, quotas: Quotas): Tensor1D {
  return fill([imageCount(samples)], wantedPositives(quotas));
}

/** [imageCount] {@link wantedNegatives} of each image, from the [n] mask of the positives that train. */
export function wantedNegativesPerImage(
  samples: Samples,
  quotas: Quotas,
  chosenPositives: Tensor1D,
): Tensor1D {
  const { count, maxNegativesPerPositive } = quotas;
  return tidy(() => {
    const taken = perImage(samples, chosenPositives);
    const free = sub<Tensor1D>(count, taken);
    if (maxNegativesPerPositive < 0) return free;
    return minimum<Tensor1D>(free, floor(mul(maximum(taken, 1), maxNegativesPerPositive)));
  });
}
