import type { Given, HardStrategy } from '@equipoise/core';
import { combinedSampling } from './combined-sampling.ts';
import type { InstanceBalancedOptions } from '../pickers/instance-balanced.ts';
import { instanceBalanced } from '../pickers/instance-balanced.ts';
import type { SamplingOptions } from './quotas.ts';
import { splitSamplingOptions } from './quotas.ts';
import { uniform } from '../pickers/uniform.ts';

/**
 * Random sampling whose positives are shared evenly among the ground truths: {@link instanceBalanced} positives, uniform negatives, and
 * the options of both. Libra R-CNN's code.
 *
 * @throws EquipoiseError for an option that is unknown or out of range; at a step, where samples lack `groundTruth`.
 */
export function instanceBalancedSampling(
  options: Given<InstanceBalancedOptions & SamplingOptions> = {},
): HardStrategy {
  const [sampling, ofPicker] = splitSamplingOptions<InstanceBalancedOptions>(options);
  const positives = instanceBalanced(ofPicker);
  const combined = combinedSampling({ positives, negatives: uniform() }, sampling);
  const { positives: _p, negatives: _n, ...inForce } = combined.options;
  return {
    ...combined,
    name: 'instance-balanced',
    options: { ...inForce, ...positives.options },
    init() {},
    apply: (samples, _state, random) => [
      combined.apply(samples, [undefined, undefined], random)[0],
      undefined,
    ],
  };
}
