import type { Given } from '@equipoise/core';
import { checkOptions, numberOption } from '@equipoise/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { add, cast, equal, log, mul, neg, reciprocal, sub, tidy } from '@tensorflow/tfjs-core';
import { binaryCrossEntropy } from '../shared/binary-cross-entropy.ts';
import { demandShape } from '../shared/demand.ts';
import { entryLoss } from '../shared/entry-loss.ts';
import { focused } from '../shared/focused.ts';
import { power, slopeOfPower } from '../shared/power.ts';

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
  return tidy(() => {
    const { centres, elsewhere } = factors(targets, inForce);
    const crossEntropy = binaryCrossEntropy(logits, cast(equal(targets, 1), 'float32'));
    return mul<T>(
      entryLoss(crossEntropy, (loss) => focused(loss, inForce.alpha)),
      add(centres, elsewhere),
    );
  });
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
  return entryLoss(probabilities, (p) => {
    const { centres, elsewhere } = factors(targets, inForce);
    const complement = sub(1, p);
    /** −x^α ln(c + ε), where x and c sum to 1, and its derivative in x. */
    const of = (x: Tensor, c: Tensor) => {
      const guarded = add(c, 1e-12);
      const surprise = neg(log(guarded));
      return {
        value: mul(power(x, alpha), surprise),
        derivative: add(mul(slopeOfPower(x, alpha), surprise), mul(power(x, alpha), reciprocal(guarded))),
      };
    };
    const centre = of(complement, p);
    const other = of(p, complement);
    return {
      value: add(mul(centres, centre.value), mul(elsewhere, other.value)),
      derivative: sub(mul(elsewhere, other.derivative), mul(centres, centre.derivative)),
    };
  });
}

function gaussianOptions(options: Given<GaussianFocalLossOptions>): Readonly<GaussianFocalLossOptions> {
  return checkOptions<GaussianFocalLossOptions>(
    'focal',
    {
      alpha: numberOption(2, { min: 0 }),
      gamma: numberOption(4, { min: 1e-6 }),
      posWeight: numberOption(1, { min: 0 }),
      negWeight: numberOption(1, { min: 0 }),
    },
    options,
  );
}

/** What a loss counts at a centre, and elsewhere; each 0 where the other holds. */
function factors(targets: Tensor, { gamma, posWeight, negWeight }: GaussianFocalLossOptions) {
  return {
    centres: mul(cast(equal(targets, 1), 'float32'), posWeight),
    elsewhere: mul(power(sub(1, targets), gamma), negWeight),
  };
}
