import type { Given } from '@equipoise/core';
import { demand, spread, weightedSum } from '@equipoise/core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { add, div, mul, onesLike, reshape, tidy } from '@tensorflow/tfjs-core';

/** Options of {@link reduceLoss}. */
export interface ReduceLossOptions {
  /** `none`: as it is; `mean`: Σ / entries, or Σ / `avgFactor` where one is given; `sum`. Default `mean`. */
  readonly reduction: 'none' | 'mean' | 'sum';
  /** Factors of the losses: of their shape, or [n] for losses [n, C], or [n·C]. Default 1. */
  readonly weight: Tensor;
  /** What a mean divides by instead of the number of entries; 2⁻²³ is added to it. */
  readonly avgFactor: number | Scalar;
}

/**
 * Weighs losses and reduces them, as mmdetection's `weight_reduce_loss`. The mean of no losses is 0, not NaN.
 *
 * @throws EquipoiseError for an `avgFactor` beside `sum`, and for a weight that has neither of the shapes.
 */
export function reduceLoss(losses: Tensor, options: Given<ReduceLossOptions> = {}): Tensor {
  const { reduction = 'mean', avgFactor } = options;
  demand(reduction !== 'sum' || avgFactor === undefined, {
    package: '@equipoise/focal',
    subject: 'avgFactor',
    expected: "reduction 'mean' or 'none'",
    actual: reduction,
  });
  return tidy(() => {
    const weight = options.weight && weightLike(losses, options.weight);
    if (reduction === 'none') return weight ? mul(losses, weight) : losses.clone();
    const sum = weightedSum(losses, weight ?? onesLike(losses));
    if (reduction === 'sum') return sum;
    if (avgFactor === undefined) return div(sum, Math.max(1, losses.size));
    return div(sum, typeof avgFactor === 'number' ? avgFactor + EPSILON : add(avgFactor, EPSILON));
  });
}

/** The float32 epsilon that mmdetection adds to every `avg_factor`. */
const EPSILON = 2 ** -23;

function weightLike(losses: Tensor, weight: Tensor): Tensor {
  const [n, columns] = losses.shape;
  const perRow = weight.rank === 1 && losses.rank === 2 && weight.size === n;
  demand(perRow || weight.size === losses.size, {
    package: '@equipoise/focal',
    subject: 'weight',
    expected: `shape [${losses.shape.join(', ')}] or [${n}]`,
    actual: `shape [${weight.shape.join(', ')}]`,
  });
  return perRow ? spread(weight, columns!) : reshape(weight, losses.shape);
}
