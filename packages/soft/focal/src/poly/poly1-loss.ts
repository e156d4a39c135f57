import type { Expression, Given } from '@equipoise/core';
import {
  checkOptions,
  classTargets,
  entryFormula,
  formula,
  numberOption,
  pointwiseLoss,
  softmaxCrossEntropy,
} from '@equipoise/core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { sum, tidy } from '@tensorflow/tfjs-core';
import { focalOf } from '../focal/focal-formula.ts';
import { alphaOption, nullIsOff } from '../shared/alpha.ts';
import { demandShape } from '../shared/demand.ts';
import { rowTerms, type Terms } from '../shared/terms.ts';

const { add, mul, power, targetTerms } = formula;

/** Options of {@link poly1CrossEntropy}. */
export interface Poly1CrossEntropyOptions {
  /** ε₁, how much the first term of the expansion counts beyond its own 1. Default 1. */
  readonly epsilon: number;
}

/** Options of {@link poly1FocalLoss}. */
export interface Poly1FocalLossOptions extends Poly1CrossEntropyOptions {
  /** Weight of positive entries in the focal part only, in [0, 1]; −1 or `null`: none. Default .25. */
  readonly alpha: number | null;
  /** Focusing exponent, ≥ 0. Default 2. */
  readonly gamma: number;
}

/**
 * Poly-1 cross-entropy of a softmax, −ln p_label + ε₁ (1 − p_label): logits [n, K], labels int32 [n] in 0…K−1, or outside for no loss
 * → [n]. Leng et al. 2022 eq. 7.
 *
 * @throws EquipoiseError for an option that is unknown or out of range.
 */
export function poly1CrossEntropy(
  logits: Tensor2D,
  labels: Tensor1D,
  options: Given<Poly1CrossEntropyOptions> = {},
): Tensor1D {
  const { epsilon } = checkOptions<Poly1CrossEntropyOptions>(
    '@equipoise/focal',
    { epsilon: numberOption(1) },
    options,
  );
  const ofRows = entryFormula({
    inputs: { crossEntropy: 'entry', labelled: 'row' },
    loss: ({ crossEntropy, labelled }) =>
      mul(labelled, poly1Of(rowTerms(crossEntropy, labelled), { alpha: null, gamma: 0, epsilon })),
  });
  return tidy(() => {
    const labelled = sum<Tensor1D>(classTargets(labels, logits.shape[1]), 1);
    return pointwiseLoss(ofRows, { crossEntropy: softmaxCrossEntropy(logits, labels), labelled });
  });
}

/**
 * Poly-1 focal loss of each entry, α_t (1 − p_t)^γ (−ln p_t) + ε₁ (1 − p_t)^(γ+1): logits of any shape, targets 0 or 1 of that shape →
 * losses of that shape. α weighs the focal part only. Leng et al. 2022 eq. 8, which recommends a negative ε₁ for detection.
 *
 * @throws EquipoiseError for an option that is unknown or out of range, or targets of another shape.
 */
export function poly1FocalLoss<T extends Tensor>(
  logits: T,
  targets: Tensor,
  options: Given<Poly1FocalLossOptions> = {},
): T {
  const { alpha, gamma, epsilon } = checkOptions<Poly1FocalLossOptions>(
    '@equipoise/focal',
    { alpha: alphaOption(0.25), gamma: numberOption(2, { min: 0 }), epsilon: numberOption(1) },
    nullIsOff(options),
  );
  demandShape('targets', targets, logits.shape);
  const ofTargets = entryFormula({
    inputs: { logits: 'entry', targets: 'entry' },
    loss: ({ logits: z, targets: y }) => poly1Of(targetTerms(z, y), { alpha, gamma, epsilon }),
  });
  return pointwiseLoss(ofTargets, { logits, targets });
}

/** α_t (1 − p_t)^γ (−ln p_t) + ε₁ (1 − p_t)^(γ+1). */
export function poly1Of(terms: Terms, { alpha, gamma, epsilon }: Poly1FocalLossOptions): Expression {
  return add(focalOf(terms, alpha, gamma), mul(epsilon, power(terms.miss, gamma + 1)));
}
