import type { Given } from '@equipoise/core';
import { checkOptions, flagOption, numberOption } from '@equipoise/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { add, cast, greater, mul, onesLike, sigmoid, where } from '@tensorflow/tfjs-core';
import { binaryTerms } from '../shared/binary-cross-entropy.ts';
import { demandShape } from '../shared/demand.ts';
import { entryLoss } from '../shared/entry-loss.ts';
import { power } from '../shared/power.ts';

/** Options of {@link varifocalLoss}. */
export interface VarifocalLossOptions {
  /** Weight of negative entries, ≥ 0. Default .75. */
  readonly alpha: number;
  /** Exponent of p at negative entries, ≥ 0. Default 2. */
  readonly gamma: number;
  /** Whether a positive entry weighs its own target q, or 1. Default true. */
  readonly iouWeighted: boolean;
}

/** The options of a varifocal loss in force. */
export function varifocalLossOptions(options: Given<VarifocalLossOptions>): Readonly<VarifocalLossOptions> {
  return checkOptions<VarifocalLossOptions>(
    'focal',
    {
      alpha: numberOption(0.75, { min: 0 }),
      gamma: numberOption(2, { min: 0 }),
      iouWeighted: flagOption(true),
    },
    options,
  );
}

/**
 * Varifocal loss of each entry: q CE(p, q) where the target q is above 0, −α p^γ ln(1 − p) where it is 0. Logits of any shape, targets
 * in [0, 1] of that shape, constants → losses of that shape; the gradient goes through p^γ. Zhang et al. 2021 (VarifocalNet) eq. 2;
 * mmdetection's `VarifocalLoss`.
 *
 * @throws EquipoiseError for an option that is unknown or out of range, or targets of another shape.
 */
export function varifocalLoss<T extends Tensor>(
  logits: T,
  targets: Tensor,
  options: Given<VarifocalLossOptions> = {},
): T {
  const inForce = varifocalLossOptions(options);
  demandShape('targets', targets, logits.shape);
  return entryLoss(logits, (z) => {
    const { complement, crossEntropy, error } = binaryTerms(z, targets);
    const factor = varifocalFactor(z, targets, inForce);
    const modulated = add(error, mul(mul(complement, crossEntropy), inForce.gamma));
    return {
      value: mul(factor, crossEntropy),
      derivative: mul(factor, where(cast(greater(targets, 0), 'bool'), error, modulated)),
    };
  });
}

/** q or 1 at positive entries, α p^γ at negative ones: what each entry counts. */
export function varifocalFactor(logits: Tensor, targets: Tensor, options: VarifocalLossOptions): Tensor {
  const { alpha, gamma, iouWeighted } = options;
  return where(
    cast(greater(targets, 0), 'bool'),
    iouWeighted ? targets : onesLike(targets),
    mul(power(sigmoid(logits), gamma), alpha),
  );
}
