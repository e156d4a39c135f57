import { checkOptions, type Given, numberOption } from '@equipoise/core';
import { demand } from '@equipoise/core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  div,
  greater,
  mul,
  neg,
  ones,
  scalar,
  sigmoid,
  sub,
  sum,
  tidy,
  where,
} from '@tensorflow/tfjs-core';

/** The gradient that each class has received since training began: what equalization loss v2 carries from step to step. */
export type GradientBalance = {
  /** [C] Σ of positive gradients; a scalar before the first step, for every class. */
  readonly positive: Tensor;
  /** [C] Σ of negative gradients. */
  readonly negative: Tensor;
  /** [C] g = positive / negative; 100 for a class that has received none. */
  readonly ratio: Tensor;
};

/** Options of {@link equalizationV2Loss}. */
export interface EqualizationV2LossOptions {
  /** Steepness γ of the map from a ratio to a weight. Default 12. */
  readonly gamma: number;
  /** Ratio μ at which a negative weighs ½. Default .8. */
  readonly mu: number;
  /** How much a positive of a starved class gains, ≥ 0. Default 4. */
  readonly alpha: number;
}

/** The options of equalization loss v2 in force. */
export function equalizationV2LossOptions(
  options: Given<EqualizationV2LossOptions>,
): Readonly<EqualizationV2LossOptions> {
  return checkOptions<EqualizationV2LossOptions>(
    'focal',
    { gamma: numberOption(12, { min: 0 }), mu: numberOption(0.8), alpha: numberOption(4, { min: 0 }) },
    options,
  );
}

/** Nothing received yet: every weight is 1. */
export function initialGradientBalance(): GradientBalance {
  return { positive: scalar(0), negative: scalar(0), ratio: scalar(100) };
}

/** [n, C] r = 1/(1 + e^(−γ (g − μ))) at negative entries, 1 + α (1 − r) at positive ones. */
export function balancingWeights(
  targets: Tensor2D,
  { ratio }: GradientBalance,
  { gamma, mu, alpha }: EqualizationV2LossOptions,
): Tensor2D {
  const classes = targets.shape[1];
  demand(ratio.rank === 0 || ratio.size === classes, {
    package: 'focal',
    subject: 'classes of the gradient balance',
    expected: classes,
    actual: ratio.size,
  });
  return tidy(() => {
    const surplus = mul(mul(ones([classes]), sub(ratio, mu)), gamma);
    const negative = sigmoid(surplus);
    const positive = add(mul(sigmoid(neg(surplus)), alpha), 1);
    return add<Tensor2D>(mul(targets, positive), mul(sub(1, targets), negative));
  });
}

/** The balance after a step: |p − y| of logits [n, C], times the weights the entries had, joins that of its class. */
export function gathered(
  logits: Tensor2D,
  targets: Tensor2D,
  weights: Tensor2D,
  before: GradientBalance,
): GradientBalance {
  // tfjs-backend-wasm 4.22 sums nothing to whatever its memory holds.
  if (logits.size === 0) return before;
  return tidy(() => {
    const miss = sub(1, targets);
    const received = mul(sigmoid(mul(logits, sub(miss, targets))), weights);
    const positive = add(before.positive, sum(mul(received, targets), 0));
    const negative = add(before.negative, sum(mul(received, miss), 0));
    const none = mul(ones(positive.shape), before.ratio);
    return {
      positive,
      negative,
      // The code has a ratio of 0 where all rows are ignored, which would silence the class.
      ratio: where(
        cast(greater(add(positive, negative), 0), 'bool'),
        div(positive, add(negative, 1e-10)),
        none,
      ),
    };
  });
}
