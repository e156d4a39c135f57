import { linspace } from './coco-options.ts';

/** Recalls 0, 0.1, …, 1 with their floating-point rounding: 9 of 15 found (0.6) does not reach 0.6000000000000001. */
const elevenRecalls = linspace(0, 1, 11);

/**
 * Eleven-point AP (VOC 2007): `Σ_t max{p(r) : r ≥ t} / 11` over the recalls t = 0, 0.1, …, 1.
 *
 * @param recall - [n] ascending
 * @param precision - [n]
 */
export function elevenPointAp(recall: Float64Array, precision: Float64Array): number {
  let sum = 0;
  for (const least of elevenRecalls) {
    let best = 0;
    for (let i = recall.length - 1; i >= 0 && recall[i]! >= least; i -= 1)
      best = Math.max(best, precision[i]!);
    sum += best / 11;
  }
  return sum;
}

/**
 * Every-point AP (VOC 2010 on): `Σ_i (r_i - r_{i-1}) · max{p_j : j ≥ i}`.
 *
 * @param recall - [n] ascending
 * @param precision - [n]
 */
export function everyPointAp(recall: Float64Array, precision: Float64Array): number {
  let sum = 0;
  let best = 0;
  for (let i = recall.length - 1; i >= 0; i -= 1) {
    best = Math.max(best, precision[i]!);
    sum += (recall[i]! - (recall[i - 1] ?? 0)) * best;
  }
  return sum;
}
