import type { Float, Lanes } from '../lanes/lanes.ts';
import { polynomial } from './polynomial.ts';
import type { Range } from './range.ts';
import { MAGIC, powerOfTwo, reduceByLn2 } from './reduce.ts';

/** eʳ on |r| ≤ ½ ln 2, relative error 4e-9. */
const COEFFICIENTS = [
  1, 1, 0.4999999403953552, 0.1666651964187622, 0.04166840389370918, 0.00836889911442995,
  0.001381422160193324,
];

/** Below, eˣ is nearer to 0 than to the least float32; above, it overflows. */
const LEAST = -104;
const GREATEST = 89;

/**
 * eˣ = 2ⁿ·eʳ. Results are subnormal where they must be, 0 at -∞, ∞ from 88.73. Where the range of x bounds n on one side, a constant
 * factor makes 2ⁿ a float; otherwise it takes two.
 */
export function exp(lanes: Lanes, x: Float, { low, high }: Range): Float {
  const raised = low >= LEAST ? x : lanes.max(x, lanes.constant(LEAST));
  const within = high <= GREATEST ? raised : lanes.min(raised, lanes.constant(GREATEST));
  if (low >= -87 && high <= 88) return scaled(lanes, within, 0);
  if (high <= 44) return scaled(lanes, within, 64);
  if (low >= -43) return scaled(lanes, within, -64);
  const { shifted, r } = reduceByLn2(lanes, within, 0);
  const n = lanes.subInt(lanes.asInt(shifted), lanes.bits(bitsOf(MAGIC)));
  const half = lanes.shiftRight(n, 1);
  const power = (k: typeof n): Float => lanes.asFloat(lanes.shiftLeft(lanes.addInt(k, lanes.bits(127)), 23));
  return lanes.mul(lanes.mul(polynomial(lanes, r, COEFFICIENTS), power(half)), power(lanes.subInt(n, half)));
}

/** (eʳ·2⁻ᵒ)·2ⁿ⁺ᵒ, which neither overflows nor underflows before it must while n + o is an exponent of a normal float. */
function scaled(lanes: Lanes, x: Float, offset: number): Float {
  const { shifted, r } = reduceByLn2(lanes, x, 127 + offset);
  const lowered = COEFFICIENTS.map((coefficient) => coefficient * 2 ** -offset);
  return lanes.mul(polynomial(lanes, r, lowered), powerOfTwo(lanes, shifted));
}

function bitsOf(value: number): number {
  return new Int32Array(new Float32Array([value]).buffer)[0]!;
}
