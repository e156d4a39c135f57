import type { Float, Lanes } from '../lanes/lanes.ts';

/** Σ coefficients[k]·xᵏ, by Horner's rule. */
export function polynomial(lanes: Lanes, x: Float, coefficients: readonly number[]): Float {
  const [highest, ...lower] = coefficients.map((coefficient) => lanes.constant(coefficient)).toReversed();
  return lower.reduce((sum, coefficient) => lanes.madd(sum, x, coefficient), highest!);
}
