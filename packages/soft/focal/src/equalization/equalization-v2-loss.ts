import type { Given } from '@equipoise/core';
import { classTargets, detach, sigmoidCrossEntropy, spread } from '@equipoise/core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { cast, concat, greaterEqual, mul, slice, tidy } from '@tensorflow/tfjs-core';
import type { EqualizationV2LossOptions, GradientBalance } from './gradient-balance.ts';
import { balancingWeights, equalizationV2LossOptions, gathered } from './gradient-balance.ts';

/** What {@link equalizationV2Loss} gives. */
export interface EqualizationV2Losses {
  /** [n, C + 1] weighted losses, to be summed and divided by the rows. */
  readonly losses: Tensor2D;
  /** The balance after this step. */
  readonly balance: GradientBalance;
}

/**
 * Equalization loss v2 of each entry, w BCE: a class whose positive gradients are few beside its negative ones has lighter negatives,
 * r = 1/(1 + e^(−γ (g − μ))), and heavier positives, 1 + α (1 − r), where g is the ratio of the gradients it received so far, with their
 * weights. Weights are constants, and 1 in the first step.
 *
 * Logits [n, C + 1], the last column objectness, which is true for background, always weighs 1 and is not gathered. Labels int32 [n] in
 * 0…C−1, C background, below 0 for no loss. The balance of the step before, at first {@link initialGradientBalance}, stays the caller's.
 * At inference multiply class scores by 1 − σ(objectness). Tan et al. 2021 eq. 5–9; mmdetection's `EQLV2Loss`.
 *
 * @throws EquipoiseError for an option that is unknown or out of range, or a balance of other classes.
 */
export function equalizationV2Loss(
  logits: Tensor2D,
  labels: Tensor1D,
  balance: GradientBalance,
  options: Given<EqualizationV2LossOptions> = {},
): EqualizationV2Losses {
  const inForce = equalizationV2LossOptions(options);
  const [n, columns] = logits.shape;
  const classes = columns - 1;
  return tidy(() => {
    const labelled = spread(cast(greaterEqual(labels, 0), 'float32'), classes);
    const targets = classTargets(labels, classes);
    const weights: Tensor2D = mul(balancingWeights(targets, balance, inForce), labelled);
    const ofObjectness = slice(labelled, [0, 0], [n, 1]);
    return {
      losses: mul<Tensor2D>(sigmoidCrossEntropy(logits, labels), concat([weights, ofObjectness], 1)),
      balance: {
        ...gathered(slice(detach(logits), [0, 0], [n, classes]), targets, weights, balance),
      },
    };
  });
}
