import type { Given, SoftStrategy } from '@equipoise/core';
import { checkOptions, labelWeights, numberOption, spread, weightsOfAll } from '@equipoise/core';
import { tidy } from '@tensorflow/tfjs-core';
import { targetsOf, timesAlpha } from '../shared/alpha.ts';

/** Options of {@link balancedCrossEntropy}. */
export interface BalancedCrossEntropyOptions {
  /** Weight of positive entries, in [0, 1]; negative ones weigh 1 − α. Default .75, the paper's best without a focusing factor. */
  readonly alpha: number;
}

/** α-balanced cross-entropy, −α_t ln p_t, divided by the positives. RetinaNet's paper §3.1, eq. 3. */
export function balancedCrossEntropy(options: Given<BalancedCrossEntropyOptions> = {}): SoftStrategy {
  const inForce = checkOptions<BalancedCrossEntropyOptions>(
    'focal',
    { alpha: numberOption(0.75, { min: 0, max: 1 }) },
    options,
  );
  return {
    kind: 'soft',
    name: 'balanced-cross-entropy',
    options: { ...inForce },
    needs: [],
    init() {},
    apply(samples) {
      const classification = tidy(() => {
        const targets = targetsOf(samples);
        const label = labelWeights(samples);
        return timesAlpha(
          targets.rank === 1 ? label : spread(label, targets.shape[1]!),
          targets,
          inForce.alpha,
        );
      });
      return [{ ...weightsOfAll(samples, 'positives'), classification }, undefined];
    },
  };
}
