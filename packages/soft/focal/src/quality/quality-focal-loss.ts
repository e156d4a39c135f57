import type { Expression, Given } from '@equipoise/core';
import { checkOptions, entryFormula, formula, numberOption, pointwiseLoss } from '@equipoise/core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { demandShape } from '../shared/demand.ts';
import { sumOfRows } from '../shared/sum-of-rows.ts';

const { abs, mul, neg, power, sigmoid, sub, targetTerms } = formula;

/** Options of {@link qualityFocalLoss}. */
export interface QualityFocalLossOptions {
  /** Exponent β of the distance to the target, ≥ 0. Default 2. */
  readonly beta: number;
}

/**
 * Quality focal loss, Σ over classes of |y − p|^β CE(p, y): logits [n, C], soft targets [n, C] in [0, 1] → [n]. Targets hold the IoU in
 * the column of a positive's class (see {@link qualityTargets}), 0 elsewhere, and are constants. Li et al. 2020 (Generalized Focal
 * Loss) §3, eq. 3; mmdetection's `QualityFocalLoss`.
 *
 * @throws EquipoiseError for an option that is unknown or out of range, or targets of another shape.
 */
export function qualityFocalLoss(
  logits: Tensor2D,
  targets: Tensor2D,
  options: Given<QualityFocalLossOptions> = {},
): Tensor1D {
  const { beta } = checkOptions<QualityFocalLossOptions>(
    '@equipoise/focal',
    { beta: numberOption(2, { min: 0 }) },
    options,
  );
  demandShape('targets', targets, logits.shape);
  const ofTargets = entryFormula({
    inputs: { logits: 'entry', targets: 'entry' },
    loss: ({ logits: z, targets: y }) => qualityFocalOf(z, y, beta),
  });
  return sumOfRows(pointwiseLoss(ofTargets, { logits, targets }));
}

/** |y − p|^β CE(p, y). */
export function qualityFocalOf(logit: Expression, target: Expression, beta: number): Expression {
  return mul(qualityFactorOf(logit, target, beta), targetTerms(logit, target).crossEntropy);
}

/** |y − p|^β: what each entry counts. As (1 − y) p − y (1 − p), which is 0 only where p is y, not where p rounds to it. */
export function qualityFactorOf(logit: Expression, target: Expression, beta: number): Expression {
  const excess = mul(sub(1, target), sigmoid(logit));
  const lack = mul(target, sigmoid(neg(logit)));
  return power(abs(sub(excess, lack)), beta);
}
