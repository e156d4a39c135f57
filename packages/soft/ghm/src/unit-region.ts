import type { Expression } from '@equipoise/core';
import { formula } from '@equipoise/core';

const { add, div, floor, lessEqual, less, min, mul, select, sub } = formula;

/**
 * The unit region of a norm, 0…bins−1: region j holds norms from j / bins, rounded to float32, up to the next such edge, and the last
 * one also 1 and above: float32 decides as in the reference (ALGORITHMS §0.7).
 */
export function unitRegion(norm: Expression, bins: number): Expression {
  const near = floor(mul(norm, bins));
  // The product may be off by one region where the norm is at an edge.
  const fromBelow = select(lessEqual(div(add(near, 1), bins), norm), add(near, 1), near);
  const exact = select(less(norm, div(near, bins)), sub(near, 1), fromBelow);
  return min(exact, bins - 1);
}
