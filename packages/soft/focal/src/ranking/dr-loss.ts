import type { Given, OptionSpecs } from '@equipoise/core';
import { checkOptions, numberOption, softplus, withGradient } from '@equipoise/core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  div,
  exp,
  greater,
  max,
  maximum,
  mul,
  neg,
  scalar,
  sigmoid,
  sub,
  sum,
  tidy,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { demandShape } from '../shared/demand.ts';

/** Options of {@link drLoss}. */
export interface DrLossOptions {
  /** Temperature λ₊ of the distribution over positive entries: the smaller, the more the worst count. Default 1. */
  readonly positiveLambda: number;
  /** Temperature λ₋ of the distribution over negative entries. Default .1 / ln 3.5. */
  readonly negativeLambda: number;
  /** Steepness L of the logistic loss. Default 6. */
  readonly steepness: number;
  /** Factor τ of the loss, ≥ 0. Default 4. */
  readonly tau: number;
  /** Margin γ between the two expected probabilities. Default .5. */
  readonly margin: number;
}

/** The checks of {@link DrLossOptions}. */
export const drLossSpecs: OptionSpecs<DrLossOptions> = {
  positiveLambda: numberOption(1, { min: 1e-4 }),
  negativeLambda: numberOption(0.1 / Math.log(3.5), { min: 1e-4 }),
  steepness: numberOption(6, { min: 1e-4 }),
  tau: numberOption(4, { min: 0 }),
  margin: numberOption(0.5),
};

/**
 * Distributional ranking loss, τ/L ln(1 + e^(L (P₋ − P₊ + γ))): the expected probability P₊ of positive entries, under the distribution
 * q ∝ e^(−p/λ₊), shall exceed that P₋ of negative entries, under q ∝ e^(p/λ₋), by the margin. Without positives P₊ is 1, without
 * negatives P₋ is 0. Logits of any shape; `positive` and `negative`, of that shape, say how often an entry counts on each side, 0 for not
 * at all → one number for the batch, not divided by anything. The gradient goes through both distributions. Qian et al. 2020 eq. 8–10;
 * idstcv/DR_loss.
 *
 * @throws EquipoiseError for an option that is unknown or out of range, or masks of another shape.
 */
export function drLoss(
  logits: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: Given<DrLossOptions> = {},
): Scalar {
  const inForce = checkOptions<DrLossOptions>('@equipoise/focal', drLossSpecs, options);
  demandShape('positive', positive, logits.shape);
  demandShape('negative', negative, logits.shape);
  const { steepness, tau } = inForce;
  return withGradient<Scalar>(
    [logits],
    (z) => {
      const { gap, up, down, slope } = ranked(z, positive, negative, inForce);
      const pull = mul(sigmoid(gap), tau);
      return {
        value: mul(softplus(gap), tau / steepness),
        saved: [mul(mul(slope, sub(down.derivative, up.derivative)), pull)],
      };
    },
    (upstream, [derivative]) => [mul(derivative!, upstream)],
  );
}

/** τ σ(L (P₋ − P₊ + γ)) q: how much the loss follows the probability of each entry. */
export function drFactors(
  logits: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: DrLossOptions,
): Tensor {
  return tidy(() => {
    const { gap, up, down } = ranked(logits, positive, negative, options);
    return mul(add(up.share, down.share), mul(sigmoid(gap), options.tau));
  });
}

/** How far positive entries are below 1, and negative ones above 0: two sides of one law. */
function ranked(z: Tensor, positive: Tensor, negative: Tensor, options: DrLossOptions) {
  const probability = sigmoid(z);
  const complement = sigmoid(neg(z));
  const up = expectation(complement, positive, options.positiveLambda);
  const down = expectation(probability, negative, options.negativeLambda);
  // P₋ − P₊ = P₋ + (1 − P₊) − 1.
  const gap: Scalar = mul(add(add(up.expected, down.expected), options.margin - 1), options.steepness);
  return { gap, up, down, slope: mul(probability, complement) };
}

/** Σ q x with q ∝ w e^(x/λ), its derivative q (1 + (x − Σ q x)/λ) in x, and q. Of no entries: 0. */
function expectation(x: Tensor, weight: Tensor, lambda: number) {
  if (x.size === 0) {
    const nothing = zerosLike(x);
    return { expected: scalar(0), derivative: nothing, share: nothing };
  }
  const member = cast(greater(weight, 0), 'float32');
  // No exponent is above 0, and that of the largest member is 0.
  const below = mul(sub(x, max(mul(x, member))), member);
  const mass = mul(weight, exp(div(below, lambda)));
  const share = div(mass, maximum(sum(mass), 1e-30));
  const expected = sum(mul(share, x));
  return { expected, derivative: mul(share, add(div(sub(x, expected), lambda), 1)), share };
}
