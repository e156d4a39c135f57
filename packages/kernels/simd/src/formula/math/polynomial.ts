import type { Float, Lanes } from '../lanes/lanes.ts';

/**
 * Σ coefficients[k]·xᵏ. The two greatest terms by Horner's rule, whose roundings are what the result's are; the others in pairs, c + dx, and
 * the pairs by Horner's rule in x²: the multiply-adds wait half as long for each other, for one product more.
 */
export function polynomial(lanes: Lanes, x: Float, coefficients: readonly number[]): Float {
  const [first, second, ...others] = coefficients.map((coefficient) => lanes.constant(coefficient));
  return lanes.madd(lanes.madd(inPairs(lanes, x, others), x, second!), x, first!);
}

function inPairs(lanes: Lanes, x: Float, terms: readonly Float[]): Float {
  const square = lanes.mul(x, x);
  const pairs: Float[] = [];
  for (let i = 0; i < terms.length; i += 2) {
    const [low, high] = [terms[i]!, terms[i + 1]];
    pairs.push(high ? lanes.madd(high, x, low) : low);
  }
  return pairs.reduceRight((sum, pair) => lanes.madd(sum, square, pair));
}
