import type { OptionSpec, Samples } from '@equipoise/core';
import { classificationLosses, detach, maskedRows, numberOption, spread } from '@equipoise/core';
import type { NamedTensorMap, Rank, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { add, div, fill, greater, maximum, mul, pow, sum, tidy, where } from '@tensorflow/tfjs-core';

/** How a number u in (0, 1] becomes a weight, (β + (1 − β) u)ᵏ. */
export interface ImportanceOptions {
  /** The power k, ≥ 0: how steeply weights fall with the rank; 0 weighs all alike. */
  readonly k: number;
  /** The weight β of the least important sample before the power, in [0, 1]. */
  readonly bias: number;
}

/** The checks of {@link ImportanceOptions}, with a paper's defaults. */
export function importanceOptions(
  k: number,
  bias: number,
): { k: OptionSpec<number>; bias: OptionSpec<number> } {
  return { k: numberOption(k, { min: 0 }), bias: numberOption(bias, { min: 0, max: 1 }) };
}

/** [n] weights (β + (1 − β) u)ᵏ of [n] u ≥ 0. */
export function importance(u: Tensor1D, { k, bias }: ImportanceOptions): Tensor1D {
  return tidy(() => pow<Tensor1D>(add(mul(u, 1 - bias), bias), k));
}

/**
 * [n] what each sample of a [n] mask adds to the classification loss under [n] or [n, C] weights, entries summed over classes; 0 at the
 * others. Detached.
 */
export function weightedLosses({ logits, labels, task }: Samples, weights: Tensor, mask: Tensor1D): Tensor1D {
  const of = (rows: NamedTensorMap): Tensor1D => {
    const given = { logits: rows['logits'] as Tensor2D, labels: rows['labels'] as Tensor1D };
    const losses = classificationLosses(task ? { ...given, task } : given);
    const own = rows['weights']!;
    if (losses.rank === 1) return mul<Tensor1D>(losses, own);
    return sum<Tensor1D>(mul(losses, own.rank === 1 ? spread(own, losses.shape[1]!) : own), 1);
  };
  const inputs = { logits: detach(logits), labels, weights: detach(weights) };
  return tidy(() => maskedRows({ mask, ...inputs }, { of }) as Tensor1D);
}

/** [n] or [n, C] classification weights, each sample's times its factor. */
export function timesFactors(weights: Tensor, factors: Tensor1D): Tensor {
  return tidy(() => mul(weights, weights.rank === 1 ? factors : spread(factors, weights.shape[1]!)));
}

/** Losses below this sum are not divided by. */
const LEAST_LOSS = 1e-30;

/** Σ L / Σ wL, the factor that keeps a sum of losses under new weights; 1 where Σ wL is 0, where mmdetection divides 0 by 0. */
export function keptSum<R extends Rank>(before: Tensor<R>, after: Tensor<R>): Tensor<R> {
  return tidy(() => {
    const ratio = div<Tensor<R>>(before, maximum(after, LEAST_LOSS));
    return where(greater<Tensor<R>>(after, 0), ratio, fill(after.shape, 1));
  });
}
