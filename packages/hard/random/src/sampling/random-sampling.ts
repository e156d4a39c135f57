import type { Given, HardStrategy } from '@equipoise/core';
import { combinedSampling } from './combined-sampling.ts';
import type { SamplingOptions } from './quotas.ts';
import { uniform } from '../pickers/uniform.ts';

/** Options of {@link randomSampling}. */
export type RandomSamplingOptions = SamplingOptions;

/**
 * Random balanced sampling: in each image up to ⌊count · positiveFraction⌋ positives at random, and negatives at random up to `count`.
 * Positives that are not drawn do not train. Faster R-CNN §3.1.3; quotas as mmdetection's `RandomSampler`. For a second stage, 512 and
 * .25.
 *
 * Every sample draws one number; the highest of each image and kind are chosen, all on the device.
 *
 * @throws EquipoiseError for an option that is unknown or out of range.
 */
export function randomSampling(options: Given<RandomSamplingOptions> = {}): HardStrategy {
  const sampling = combinedSampling({ positives: uniform(), negatives: uniform() }, options);
  const { positives: _p, negatives: _n, ...inForce } = sampling.options;
  return {
    ...sampling,
    name: 'random',
    options: inForce,
    init() {},
    apply: (samples, _state, random) => [
      sampling.apply(samples, [undefined, undefined], random)[0],
      undefined,
    ],
  };
}
