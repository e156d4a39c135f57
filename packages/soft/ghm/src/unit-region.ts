import type { Expression } from '@equipoise/core';
import { formula } from '@equipoise/core';

const { add, div, floor, less, min, mul, select, sub } = formula;

/**
 * The unit region of a norm, 0…bins−1: region j holds norms from j / bins, rounded to float32, up to the next such edge, and the last
 * one also 1 and above: float32 decides as in the reference (ALGORITHMS §0.7).
 */
export function unitRegion(norm: Expression, bins: number): Expression {
  const product = mul(norm, bins);
  if (isProductExact(bins)) return min(floor(product), bins - 1);
  // The edge that is nearest; the norm lies on one side of it.
  const edge = floor(add(product, 0.5));
  return min(select(less(norm, div(edge, bins)), sub(edge, 1), edge), bins - 1);
}

/**
 * Whether norm × bins, rounded, reaches j just where the norm reaches the edge j, so that its whole part is the region: so of 30 regions
 * and of 10, but of few other numbers.
 */
export function isProductExact(bins: number): boolean {
  for (let j = 1; j < bins; j += 1) {
    const edge = Math.fround(j / bins);
    if (Math.fround(edge * bins) < j || Math.fround(justBelow(edge) * bins) >= j) return false;
  }
  return true;
}

/** The float32 before a positive one. */
function justBelow(x: number): number {
  const value = new Float32Array([x]);
  new Int32Array(value.buffer)[0]! -= 1;
  return value[0]!;
}
