import { demand, detach } from '@equipoise/core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
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
import { repeatRow } from '../shared/repeat-row.ts';

/** How a ratio of gradients becomes weights: the options of {@link eqlv2Loss}. */
export interface GradientBalance {
  /** Steepness γ of the map from a ratio to a weight, > 0. Default 12. */
  readonly gamma: number;
  /** Ratio μ at which a negative weighs ½. Default .8. */
  readonly mu: number;
  /** How much a positive of a starved class gains, ≥ 0. Default 4. */
  readonly alpha: number;
}

/** The gradient that each class has received since training began: what equalization loss v2 carries from step to step. */
export type Eqlv2State = {
  /** [C] Σ of positive gradients; a scalar before the first step, for every class. */
  readonly positive: Tensor;
  /** [C] Σ of negative gradients. */
  readonly negative: Tensor;
  /** [C] g = positive / negative; 100 for a class that has received none. */
  readonly ratio: Tensor;
};

/** Nothing received yet: every weight is 1. */
export function eqlv2State(): Eqlv2State {
  return { positive: scalar(0), negative: scalar(0), ratio: scalar(100) };
}

/** [n, C] r = 1/(1 + e^(−γ (g − μ))) at negative entries, 1 + α (1 − r) at positive ones. */
export function balancedWeights(
  targets: Tensor2D,
  { ratio }: Eqlv2State,
  { gamma, mu, alpha }: GradientBalance,
): Tensor2D {
  const [n, classes] = targets.shape;
  demand(ratio.rank === 0 || ratio.size === classes, {
    package: '@equipoise/focal',
    subject: 'classes of the state',
    expected: `${ratio.size}`,
    actual: classes,
  });
  return tidy(() => {
    const surplus: Tensor1D = mul(mul(ones([classes]), sub(ratio, mu)), gamma);
    const negative = repeatRow(sigmoid<Tensor1D>(surplus), n);
    const positive = repeatRow(add<Tensor1D>(mul(sigmoid(neg(surplus)), alpha), 1), n);
    return add<Tensor2D>(mul(targets, positive), mul(sub(1, targets), negative));
  });
}

/** The state after a step: |p − y| of logits [n, C], times the weights the entries had, joins that of its class. */
export function gathered(
  before: Eqlv2State,
  logits: Tensor2D,
  targets: Tensor2D,
  weights: Tensor2D,
): Eqlv2State {
  // tfjs-backend-wasm 4.22 sums nothing to whatever its memory holds.
  if (logits.size === 0) return before;
  return tidy(() => {
    const miss = sub(1, targets);
    const received = mul(sigmoid(mul(detach(logits), sub(miss, targets))), weights);
    const positive = add(before.positive, sum(mul(received, targets), 0));
    const negative = add(before.negative, sum(mul(received, miss), 0));
    return {
      positive,
      negative,
      // The reference has a ratio of 0 where all rows are ignored, which would silence the class.
      ratio: where(
        cast(greater(add(positive, negative), 0), 'bool'),
        div(positive, add(negative, 1e-10)),
        mul(ones(positive.shape), before.ratio),
      ),
    };
  });
}
