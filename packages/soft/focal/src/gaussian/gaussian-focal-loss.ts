import type { Expression, Given } from '@equipoise/core';
import { checkOptions, entryFormula, formula, numberOption, pointwiseLoss } from '@equipoise/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { demandShape } from '../shared/demand.ts';

const { add, equal, log, mul, neg, power, select, sigmoid, softplus, sub } = formula;

/** Options of {@link gaussianFocalLoss}. */
export interface GaussianFocalLossOptions {
  /** Focusing exponent, ≥ 0. Default 2. */
  readonly alpha: number;
  /** How far a centre forgives its neighbours, > 0. Default 4. */
  readonly gamma: number;
  /** Factor of the loss at centres, ≥ 0. Default 1. */
  readonly posWeight: number;
  /** Factor of the loss elsewhere, ≥ 0. Default 1. */
  readonly negWeight: number;
}

/**
 * Penalty-reduced focal loss of a heat map: −(1 − p)^α ln p at centres (target exactly 1), −(1 − y)^γ p^α ln(1 − p) elsewhere. Logits of
 * any shape, targets in [0, 1] of that shape → losses of that shape; divide their sum by the number of centres. Law & Deng 2018
 * (CornerNet) eq. 1, stable at any logit.
 *
 * @throws EquipoiseError for an option that is unknown or out of range, or targets of another shape.
 */
export function gaussianFocalLoss<T extends Tensor>(
  logits: T,
  targets: Tensor,
  options: Given<GaussianFocalLossOptions> = {},
): T {
  const inForce = gaussianOptions(options);
  demandShape('targets', targets, logits.shape);
  const ofTargets = entryFormula({
    inputs: { logits: 'entry', targets: 'entry' },
    loss({ logits: z, targets: y }) {
      const against = select(equal(y, 1), neg(z), z);
      const focal = mul(power(sigmoid(against), inForce.alpha), softplus(against));
      return mul(factorOf(y, inForce), focal);
    },
  });
  return pointwiseLoss(ofTargets, { logits, targets });
}

/**
 * The same of probabilities, as mmdetection's `GaussianFocalLoss`: ln(x + 1e-12), so that a loss is at most 27.6; the gradient reaches
 * the probabilities. Prefer logits.
 *
 * @throws EquipoiseError for an option that is unknown or out of range, or targets of another shape.
 */
export function gaussianFocalLossOfProbabilities<T extends Tensor>(
  probabilities: T,
  targets: Tensor,
  options: Given<GaussianFocalLossOptions> = {},
): T {
  const inForce = gaussianOptions(options);
  const { alpha } = inForce;
  demandShape('targets', targets, probabilities.shape);
  /** −x^α ln(c + ε), where x and c sum to 1. */
  const surprise = (x: Expression, c: Expression): Expression =>
    mul(power(x, alpha), neg(log(add(c, 1e-12))));
  const ofTargets = entryFormula({
    inputs: { probabilities: 'entry', targets: 'entry' },
    loss({ probabilities: p, targets: y }) {
      const complement = sub(1, p);
      return mul(factorOf(y, inForce), select(equal(y, 1), surprise(complement, p), surprise(p, complement)));
    },
  });
  return pointwiseLoss(ofTargets, { probabilities, targets });
}

function gaussianOptions(options: Given<GaussianFocalLossOptions>): Readonly<GaussianFocalLossOptions> {
  return checkOptions<GaussianFocalLossOptions>(
    '@equipoise/focal',
    {
      alpha: numberOption(2, { min: 0 }),
      gamma: numberOption(4, { min: 1e-6 }),
      posWeight: numberOption(1, { min: 0 }),
      negWeight: numberOption(1, { min: 0 }),
    },
    options,
  );
}

/** What a loss counts at a centre, and elsewhere the less the nearer one is. */
function factorOf(y: Expression, { gamma, posWeight, negWeight }: GaussianFocalLossOptions): Expression {
  return select(equal(y, 1), posWeight, mul(negWeight, power(sub(1, y), gamma)));
}
