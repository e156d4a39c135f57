import type { Expression, Given } from '@equipoise/core';
import {
  checkOptions,
  entryFormula,
  flagOption,
  formula,
  numberOption,
  pointwiseLoss,
} from '@equipoise/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { demandShape } from '../shared/demand.ts';

const { greater, mul, power, select, sigmoid, targetTerms } = formula;

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
    '@equipoise/focal',
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
  const ofTargets = entryFormula({
    inputs: { logits: 'entry', targets: 'entry' },
    loss: ({ logits: z, targets: q }) => varifocalOf(z, q, inForce),
  });
  return pointwiseLoss(ofTargets, { logits, targets });
}

/** q CE(p, q) where the target q is above 0, −α p^γ ln(1 − p) where it is 0. */
export function varifocalOf(
  logit: Expression,
  target: Expression,
  options: VarifocalLossOptions,
): Expression {
  return mul(varifocalFactorOf(logit, target, options), targetTerms(logit, target).crossEntropy);
}

/** q or 1 at positive entries, α p^γ at negative ones: what each entry counts. */
export function varifocalFactorOf(
  logit: Expression,
  target: Expression,
  { alpha, gamma, iouWeighted }: VarifocalLossOptions,
): Expression {
  const ofNegatives = mul(alpha, power(sigmoid(logit), gamma));
  return select(greater(target, 0), iouWeighted ? target : 1, ofNegatives);
}
