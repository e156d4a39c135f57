import type { Expression, Given } from '@equipoise/core';
import {
  checkOptions,
  choiceOption,
  entryFormula,
  flagOption,
  formula,
  numberOption,
  pointwiseLoss,
} from '@equipoise/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { demandShape } from '../shared/demand.ts';

const { add, greater, log1p, max, min, mul, neg, power, select, sigmoid, softplus, stop, sub } = formula;

/** Options of {@link asymmetricLoss}. */
export interface AsymmetricLossOptions {
  /** `corrected`, or `official`: eps 1e-8, and 1 − p loses the digits that the code's does. Default `corrected`. */
  readonly preset: 'corrected' | 'official';
  /** Focusing exponent γ₊ of positive entries, ≥ 0. Default 1. */
  readonly gammaPositive: number;
  /** Focusing exponent γ₋ of negative entries, ≥ 0. Default 4. */
  readonly gammaNegative: number;
  /** Margin m: a negative entry of probability up to m has no loss. In [0, 1). Default .05. */
  readonly clip: number;
  /** Logarithms see at least this, so that a positive entry below it has a constant loss. Default 0, none; 1e-8 with preset `official`. */
  readonly eps: number;
  /** Whether the gradient goes through the focusing factor (`AsymmetricLossOptimized`) or not (`AsymmetricLoss`). Default true. */
  readonly factorGradient: boolean;
}

/** The options of an asymmetric loss in force. */
export function asymmetricLossOptions(
  options: Given<AsymmetricLossOptions>,
): Readonly<AsymmetricLossOptions> {
  return checkOptions<AsymmetricLossOptions>(
    '@equipoise/focal',
    {
      preset: choiceOption(['corrected', 'official'], 'corrected'),
      gammaPositive: numberOption(1, { min: 0 }),
      gammaNegative: numberOption(4, { min: 0 }),
      clip: numberOption(0.05, { min: 0, max: 0.999 }),
      eps: numberOption(options.preset === 'official' ? 1e-8 : 0, { min: 0, max: 0.5 }),
      factorGradient: flagOption(true),
    },
    options,
  );
}

/**
 * Asymmetric loss of each entry: −(1 − p)^γ₊ ln p where the target is 1, −p_m^γ₋ ln(1 − p_m) with p_m = max(p − m, 0) where it is 0.
 * Logits of any shape, targets 0 or 1 of that shape → losses of that shape; the reference sums them. Ridnik et al. 2021 eq. 4–7;
 * Alibaba-MIIL/ASL, whose two classes differ in `factorGradient`.
 *
 * @throws EquipoiseError for an option that is unknown or out of range, or targets of another shape.
 */
export function asymmetricLoss<T extends Tensor>(
  logits: T,
  targets: Tensor,
  options: Given<AsymmetricLossOptions> = {},
): T {
  const inForce = asymmetricLossOptions(options);
  demandShape('targets', targets, logits.shape);
  const ofTargets = entryFormula({
    inputs: { logits: 'entry', targets: 'entry' },
    loss: ({ logits: z, targets: y }) => asymmetricOf(z, greater(y, 0.5), inForce),
  });
  return pointwiseLoss(ofTargets, { logits, targets });
}

/** The loss of a logit, where a condition says whether its target is 1. */
export function asymmetricOf(
  logit: Expression,
  isPositive: formula.Condition,
  options: AsymmetricLossOptions,
): Expression {
  const p = sigmoid(logit);
  const complement = options.preset === 'official' ? sub(1, p) : sigmoid(neg(logit));
  return select(
    isPositive,
    ofPositives(logit, complement, options),
    ofNegatives(logit, p, complement, options),
  );
}

function ofPositives(z: Expression, complement: Expression, options: AsymmetricLossOptions): Expression {
  const { gammaPositive, eps, factorGradient } = options;
  const factor = power(complement, gammaPositive);
  return mul(factorGradient ? factor : stop(factor), atMost(softplus(neg(z)), eps));
}

function ofNegatives(
  z: Expression,
  p: Expression,
  complement: Expression,
  { preset, gammaNegative, clip, eps, factorGradient }: AsymmetricLossOptions,
): Expression {
  const shifted =
    preset === 'official' ? sub(1, min(add(complement, clip), 1)) : clip === 0 ? p : max(sub(p, clip), 0);
  const factor = power(shifted, gammaNegative);
  // Without a margin 1 − p_m may round to 0, so that the logarithm is taken of the logit.
  const loss = clip === 0 ? softplus(z) : neg(log1p(neg(shifted)));
  return mul(factorGradient ? factor : stop(factor), atMost(loss, eps));
}

/** A loss −ln x that stops growing where x is below eps. */
function atMost(loss: Expression, eps: number): Expression {
  return eps === 0 ? loss : min(loss, -Math.log(eps));
}
