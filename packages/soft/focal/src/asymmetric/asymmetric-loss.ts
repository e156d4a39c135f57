import type { Given } from '@equipoise/core';
import { checkOptions, choiceOption, flagOption, numberOption, softplus } from '@equipoise/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  div,
  greater,
  less,
  log1p,
  minimum,
  mul,
  neg,
  relu,
  sigmoid,
  sub,
  where,
} from '@tensorflow/tfjs-core';
import { demandShape } from '../shared/demand.ts';
import type { Formula } from '../shared/entry-loss.ts';
import { entryLoss } from '../shared/entry-loss.ts';
import { power, slopeOfPower } from '../shared/power.ts';

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
    'focal',
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
  return entryLoss(logits, (z) => {
    const probability = sigmoid(z);
    const complement = inForce.preset === 'official' ? sub(1, probability) : sigmoid(neg(z));
    const positive = ofPositives(z, probability, complement, inForce);
    const negative = ofNegatives(z, probability, complement, inForce);
    const isPositive = cast(greater(targets, 0.5), 'bool');
    return {
      value: where(isPositive, positive.value, negative.value),
      derivative: where(isPositive, positive.derivative, negative.derivative),
    };
  });
}

function ofPositives(z: Tensor, p: Tensor, complement: Tensor, options: AsymmetricLossOptions): Formula {
  const { gammaPositive: gamma, eps, factorGradient } = options;
  const factor = power(complement, gamma);
  const { value: loss, derivative } = clamped(softplus(neg(z)), neg(complement), eps);
  const direct = mul(factor, derivative);
  return {
    value: mul(factor, loss),
    // The factor's derivative is −γ p (1 − p)^γ.
    derivative: factorGradient ? sub(direct, mul(mul(mul(factor, p), loss), gamma)) : direct,
  };
}

function ofNegatives(z: Tensor, p: Tensor, complement: Tensor, options: AsymmetricLossOptions): Formula {
  const { preset, gammaNegative: gamma, clip, eps, factorGradient } = options;
  const shifted = preset === 'official' ? sub(1, minimum(add(complement, clip), 1)) : relu(sub(p, clip));
  const factor = power(shifted, gamma);
  const inside = cast(greater(p, clip), 'float32');
  const slope = mul(mul(p, complement), inside);
  // Without a margin 1 − p_m may round to 0, so that the logarithm is taken of the logit.
  const { value: loss, derivative } =
    clip === 0
      ? clamped(softplus(z), p, eps)
      : clamped(neg(log1p(neg(shifted))), div(slope, sub(1, shifted)), eps);
  const direct = mul(factor, derivative);
  return {
    value: mul(factor, loss),
    derivative: factorGradient ? add(direct, mul(mul(slopeOfPower(shifted, gamma), slope), loss)) : direct,
  };
}

/** A loss −ln x that stops growing where x is below eps. */
function clamped(loss: Tensor, derivative: Tensor, eps: number): Formula {
  if (eps === 0) return { value: loss, derivative };
  const most = -Math.log(eps);
  return { value: minimum(loss, most), derivative: mul(derivative, cast(less(loss, most), 'float32')) };
}
