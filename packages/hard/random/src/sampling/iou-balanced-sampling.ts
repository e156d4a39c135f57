import type { Given, HardStrategy } from '@equipoise/core';
import { combinedSampling } from './combined-sampling.ts';
import type { IouBalancedOptions, IouBalancedState } from '../pickers/iou-balanced.ts';
import { iouBalanced } from '../pickers/iou-balanced.ts';
import type { SamplingOptions } from './quotas.ts';
import { splitSamplingOptions } from './quotas.ts';
import { uniform } from '../pickers/uniform.ts';

/**
 * Random sampling whose negatives are shared evenly among ranges of IoU: uniform positives, {@link iouBalanced} negatives, and the
 * options of both. Libra R-CNN §3.1.
 *
 * @throws EquipoiseError for an option that is unknown or out of range; at a step, where samples lack `maxOverlaps`.
 */
export function iouBalancedSampling(
  options: Given<IouBalancedOptions & SamplingOptions> = {},
): HardStrategy<IouBalancedState> {
  const [sampling, ofPicker] = splitSamplingOptions<IouBalancedOptions>(options);
  const negatives = iouBalanced(ofPicker);
  const combined = combinedSampling({ positives: uniform(), negatives }, sampling);
  const { positives: _p, negatives: _n, ...inForce } = combined.options;
  return {
    ...combined,
    name: 'iou-balanced',
    options: { ...inForce, ...negatives.options },
    init: () => negatives.init(),
    apply(samples, state, random) {
      const [weights, [, next]] = combined.apply(samples, [undefined, state], random);
      return [weights, next];
    },
  };
}
