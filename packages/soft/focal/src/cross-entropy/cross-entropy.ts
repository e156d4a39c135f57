import type { Given, SoftStrategy } from '@equipoise/core';
import { checkOptions, choiceOption, weightsOfAll } from '@equipoise/core';

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions {
  /** What the sum is divided by: `mean`, all samples; `positives`, those that match an object. Default `mean`. */
  readonly normalizer: 'mean' | 'positives';
}

/** Plain cross-entropy over all samples: the baseline that easy background drowns. */
export function crossEntropy(options: Given<CrossEntropyOptions> = {}): SoftStrategy {
  const inForce = checkOptions<CrossEntropyOptions>(
    '@equipoise/focal',
    { normalizer: choiceOption(['mean', 'positives'], 'mean') },
    options,
  );
  return {
    kind: 'soft',
    name: inForce.normalizer === 'mean' ? 'cross-entropy' : 'cross-entropy-per-positive',
    options: { ...inForce },
    needs: [],
    init() {},
    apply: (samples) => [weightsOfAll(samples, inForce.normalizer), undefined],
  };
}
