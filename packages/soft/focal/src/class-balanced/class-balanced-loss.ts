import type { Given, OptionSpec } from '@equipoise/core';
import {
  checkOptions,
  classTargets,
  entryFormula,
  formula,
  numberOption,
  pointwiseLoss,
} from '@equipoise/core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { cast, greaterEqual, mul, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { focalOf } from '../focal/focal-formula.ts';
import { demandLength } from '../shared/list-option.ts';
import { effectiveNumberWeights } from './effective-number.ts';
import { weightOfLabel } from './weight-of-label.ts';

/** Options of {@link classBalancedLoss}. */
export interface ClassBalancedLossOptions {
  /** β of the effective number, in [0, 1). Default .9999. */
  readonly beta: number;
  /** Focusing exponent, ≥ 0; 0 is class-balanced cross-entropy. Default 0; the paper also has .5, 1 and 2. */
  readonly gamma: number;
}

/** β, in [0, 1). */
export const betaOption: OptionSpec<number> = numberOption(0.9999, { min: 0, max: 1 - 2 ** -32 });

/**
 * Class-balanced loss of each entry, the weight of the sample's class times (1 − p_t)^γ BCE, over its whole row. Logits [n, C], labels int32
 * [n] in 0…C−1, C background, below 0 for no loss; counts are the training samples of each class, and of background last if that is
 * weighed too, or it weighs 1. → [n, C]; divide the sum by the positives. Weights are constants; the focusing factor carries gradient and
 * does not overflow, where the code's e^(−γyz − γ ln(1 + e^−z)) does. Cui et al. 2019 §4; see {@link effectiveNumberWeights}.
 *
 * @throws EquipoiseError for an option that is unknown or out of range, or counts of another number than C or C + 1.
 */
export function classBalancedLoss(
  logits: Tensor2D,
  labels: Tensor1D,
  counts: readonly number[],
  options: Given<ClassBalancedLossOptions> = {},
): Tensor2D {
  const { beta, gamma } = checkOptions<ClassBalancedLossOptions>(
    '@equipoise/focal',
    { beta: betaOption, gamma: numberOption(0, { min: 0 }) },
    options,
  );
  const ofLabels = entryFormula({
    inputs: { logits: 'entry', labels: 'row', weight: 'row' },
    loss: ({ logits: z, labels: label, weight }) =>
      formula.mul(weight, focalOf(formula.labelTerms(z, label), null, gamma)),
  });
  return tidy(() => {
    const labelled = cast(greaterEqual(labels, 0), 'float32');
    const weight = mul(weightsOfLabels(labels, logits.shape[1], counts, beta), labelled);
    return pointwiseLoss(ofLabels, { logits, labels, weight });
  });
}

/** [n] the weight of each label; 1 of background where it is not counted, and of rows without a label. */
export function weightsOfLabels(
  labels: Tensor1D,
  classes: number,
  counts: readonly number[],
  beta: number,
): Tensor1D {
  demandLength('counts', counts, [classes, classes + 1]);
  return tidy(() =>
    weightOfLabel(classTargets(labels, counts.length), tensor1d(effectiveNumberWeights(counts, beta))),
  );
}
