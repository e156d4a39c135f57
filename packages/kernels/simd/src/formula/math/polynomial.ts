import type { Float, Lanes } from '../lanes/lanes.ts';

/**
 * Σ coefficients[k]·xᵏ. The two greatest terms by Horner's rule, whose roundings are what the result's are; the others by Estrin's, so that
 * the multiply-adds wait less for each other: a tenth of a loss's time.
 */
export function polynomial(lanes: Lanes, x: Float, coefficients: readonly number[]): Float {
  const [first, second, ...others] = coefficients.map((coefficient) => lanes.constant(coefficient));
  return lanes.madd(lanes.madd(inPairs(lanes, x, others), x, second!), x, first!);
}

/** c₀ + c₁x + c₂x² + … = (c₀ + c₁x) + (c₂ + c₃x)·x² + …, a polynomial in x² of half the degree. */
function inPairs(lanes: Lanes, x: Float, terms: readonly Float[]): Float {
  if (terms.length === 1) return terms[0]!;
  const pairs: Float[] = [];
  for (let i = 0; i < terms.length; i += 2) {
    const [low, high] = [terms[i]!, terms[i + 1]];
    pairs.push(high ? lanes.madd(high, x, low) : low);
  }
  return pairs.length === 1 ? pairs[0]! : inPairs(lanes, lanes.mul(x, x), pairs);
}
