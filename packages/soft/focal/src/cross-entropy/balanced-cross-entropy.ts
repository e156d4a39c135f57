import type { Given, SoftStrategy } from '@equipoise/core';
import { checkOptions, formula, numberOption, weightsOfAll } from '@equipoise/core';
import { alphaFactor } from '../shared/alpha.ts';
import { factorStrategy } from '../shared/factor-strategy.ts';

/** Options of {@link balancedCrossEntropy}. */
export interface BalancedCrossEntropyOptions {
  /** Weight of positive entries, in [0, 1]; negative ones weigh 1 − α. Default .75, the paper's best without a focusing factor. */
  readonly alpha: number;
}

/** α-balanced cross-entropy, −α_t ln p_t, divided by the positives. RetinaNet's paper §3.1, eq. 3. */
export function balancedCrossEntropy(options: Given<BalancedCrossEntropyOptions> = {}): SoftStrategy {
  const inForce = checkOptions<BalancedCrossEntropyOptions>(
    '@equipoise/focal',
    { alpha: numberOption(0.75, { min: 0, max: 1 }) },
    options,
  );
  return factorStrategy({
    name: 'balanced-cross-entropy',
    options: { ...inForce },
    init() {},
    rows: (samples) => [weightsOfAll(samples, 'positives'), undefined],
    factor: (terms) => formula.expression(alphaFactor(terms, inForce.alpha)),
  });
}
