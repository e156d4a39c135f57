import type { Given, OptionSpecs } from '@equipoise/core';
import {
  checkOptions,
  classTargets,
  demand,
  numberOption,
  sigmoidCrossEntropy,
  spread,
} from '@equipoise/core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { cast, concat, greaterEqual, mul, ones, slice, tidy } from '@tensorflow/tfjs-core';
import { balancedWeights, type Eqlv2State, gathered, type GradientBalance } from './gradient-balance.ts';

/** The options that the loss and the strategy share. */
export const gradientBalanceOptions: OptionSpecs<GradientBalance> = {
  gamma: numberOption(12, { min: 1e-6 }),
  mu: numberOption(0.8),
  alpha: numberOption(4, { min: 0 }),
};

/**
 * Equalization loss v2 of each entry: logits [n, C+1], objectness last, labels int32 [n] in 0…C, C background, which is the class of the
 * last column, below 0 for no loss → losses [n, C+1] and the next state; the reference divides the sum by n. The last column always weighs 1 and is not
 * gathered. The first state is {@link eqlv2State}. Tan et al. 2021 (EQL v2) eq. 5–7; mmdetection's `EQLV2Loss` without its all-reduce.
 *
 * @throws EquipoiseError for an option that is unknown or out of range, or logits of one column.
 */
export function eqlv2Loss(
  logits: Tensor2D,
  labels: Tensor1D,
  state: Eqlv2State,
  options: Given<GradientBalance> = {},
): { readonly losses: Tensor2D; readonly state: Eqlv2State } {
  const inForce = checkOptions<GradientBalance>('@equipoise/focal', gradientBalanceOptions, options);
  const [n, columns] = logits.shape;
  demand(columns >= 2, {
    package: '@equipoise/focal',
    subject: 'logits of eqlv2Loss',
    expected: 'classes and objectness, at least 2 columns',
    actual: columns,
  });
  return tidy(() => {
    const targets = classTargets(labels, columns);
    const ofClasses = (x: Tensor2D): Tensor2D => slice(x, [0, 0], [n, columns - 1]);
    const labelled = spread(cast(greaterEqual(labels, 0), 'float32'), columns);
    const ofObjectness: Tensor2D = ones([n, 1]);
    const balanced = balancedWeights(ofClasses(targets), state, inForce);
    const weights: Tensor2D = mul(concat([balanced, ofObjectness], 1), labelled);
    return {
      losses: mul<Tensor2D>(sigmoidCrossEntropy(logits, labels), weights),
      state: gathered(state, ofClasses(logits), ofClasses(targets), ofClasses(weights)),
    };
  });
}
