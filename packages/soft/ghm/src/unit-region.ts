import type { Expression } from '@equipoise/core';
import { formula } from '@equipoise/core';

const { add, div, floor, less, min, mul, select, sub } = formula;

/**
 * The unit region of a norm, 0…bins−1: region j holds norms from j / bins, rounded to float32, up to the next such edge, and the last
 * one also 1 and above: float32 decides as in the reference (ALGORITHMS §0.7).
 */
export function unitRegion(norm: Expression, bins: number): Expression {
  // The edge that is nearest; the norm lies on one side of it.
  const edge = floor(add(mul(norm, bins), 0.5));
  return min(select(less(norm, div(edge, bins)), sub(edge, 1), edge), bins - 1);
}
