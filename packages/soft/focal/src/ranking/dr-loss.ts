import type { Given } from '@equipoise/core';
import { checkOptions, classTargets, numberOption, softplus, spread, withGradient } from '@equipoise/core';
import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  div,
  exp,
  greater,
  greaterEqual,
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

/** Options of {@link drLoss}. */
export interface DrLossOptions {
  /** Temperature λ₊ of the distribution over positive entries, > 0: the smaller, the more the worst counts. Default 1. */
  readonly positiveTemperature: number;
  /** Temperature λ₋ of the distribution over negative entries, > 0. Default .1 / ln 3.5. */
  readonly negativeTemperature: number;
  /** Margin γ between the two expected probabilities. Default .5. */
  readonly margin: number;
  /** Steepness L of the logistic loss, > 0. Default 6. */
  readonly steepness: number;
  /** Factor τ of the loss, ≥ 0. Default 4. */
  readonly scale: number;
}

/** The options of a distributional ranking loss in force. */
export function drLossOptions(options: Given<DrLossOptions>): Readonly<DrLossOptions> {
  return checkOptions<DrLossOptions>(
    'focal',
    {
      positiveTemperature: numberOption(1, { min: 1e-4 }),
      negativeTemperature: numberOption(0.1 / Math.log(3.5), { min: 1e-4 }),
      margin: numberOption(0.5),
      steepness: numberOption(6, { min: 1e-4 }),
      scale: numberOption(4, { min: 0 }),
    },
    options,
  );
}

/**
 * Distributional ranking loss, τ/L ln(1 + e^(L (P₋ − P₊ + γ))): the expected probability P₊ of positive entries, under the distribution
 * e^(−p/λ₊), shall exceed that P₋ of negative entries, under e^(p/λ₋), by the margin. Logits [n, C], labels int32 [n] in 0…C−1, C
 * background, below 0 for no loss → one number for the batch, not divided by anything. Without positives P₊ is 1, without negatives P₋
 * is 0. The gradient goes through both distributions. Qian et al. 2020 eq. 8–10; idstcv/DR_loss, whose labels begin at 1.
 *
 * @throws EquipoiseError for an option that is unknown or out of range.
 */
export function drLoss(logits: Tensor2D, labels: Tensor1D, options: Given<DrLossOptions> = {}): Scalar {
  const inForce = drLossOptions(options);
  return tidy(() => rankedLoss(logits, labels, cast(greaterEqual(labels, 0), 'float32'), inForce));
}

/** {@link drLoss} where a sample counts its weight [n] times. */
export function rankedLoss(
  logits: Tensor2D,
  labels: Tensor1D,
  weights: Tensor1D,
  options: DrLossOptions,
): Scalar {
  const { margin, steepness, scale } = options;
  return withGradient<Scalar>(
    [logits],
    (z) => {
      const sides = sidesOf(z as Tensor2D, labels, weights, options);
      const { positive, negative } = sides;
      const gap = mul(add(add(positive.expected, negative.expected), margin - 1), steepness);
      const towardLogits = mul(sides.slope, sub(negative.derivative, positive.derivative));
      return {
        value: mul(softplus(gap), scale / steepness),
        saved: [mul(towardLogits, mul(sigmoid(gap), scale))],
      };
    },
    (upstream, [derivative]) => [mul(derivative!, upstream)],
  );
}

/** [n, C] the share of each entry in the distribution of its side. */
export function sharesOf(
  logits: Tensor2D,
  labels: Tensor1D,
  weights: Tensor1D,
  options: DrLossOptions,
): Tensor2D {
  return tidy(() => {
    const { positive, negative } = sidesOf(logits, labels, weights, options);
    return add<Tensor2D>(positive.share, negative.share);
  });
}

/** How far positive entries are below 1, 1 − p, and negative ones above 0, p: two sides of one law. */
function sidesOf(z: Tensor2D, labels: Tensor1D, weights: Tensor1D, options: DrLossOptions) {
  const columns = z.shape[1];
  const probability: Tensor2D = sigmoid(z);
  const complement: Tensor2D = sigmoid(neg(z));
  const hit = classTargets(labels, columns);
  const counts = spread(weights, columns);
  return {
    positive: expectation(complement, mul(hit, counts), options.positiveTemperature),
    negative: expectation(probability, mul(sub(1, hit), counts), options.negativeTemperature),
    slope: mul(probability, complement),
  };
}

/** Σ q x with q ∝ w e^(x/λ), its derivative q (1 + (x − Σ q x)/λ) in x, and q. Of no entries: 0. */
function expectation(x: Tensor2D, weight: Tensor2D, temperature: number) {
  if (x.size === 0) {
    const nothing = zerosLike(x);
    return { expected: scalar(0), derivative: nothing, share: nothing };
  }
  const member = cast(greater(weight, 0), 'float32');
  const largest = max(mul(x, member));
  // No exponent is above 0, and that of the largest member is 0.
  const mass = mul(weight, exp(mul(mul(sub(x, largest), member), 1 / temperature)));
  const share: Tensor2D = div(mass, maximum(sum(mass), 1e-30));
  const expected: Scalar = sum(mul(share, x));
  return {
    expected,
    derivative: mul<Tensor2D>(share, add(div(sub(x, expected), temperature), 1)),
    share,
  };
}
