import type { Float, Lanes } from '../lanes/lanes.ts';

/** 1.5·2²³: added to a small number, it leaves the nearest integer in the low bits. */
export const MAGIC = 12_582_912;

/** ln 2 in two parts; the first has so few digits that its products with exponents are exact. */
export const LN2_HIGH = 0.693359375;
export const LN2_LOW = -2.1219444e-4;

/** x = n·ln 2 + r, |r| ≤ ½ ln 2: r, and n + bias as the low bits of a float. */
export function reduceByLn2(lanes: Lanes, x: Float, bias: number): { shifted: Float; n: Float; r: Float } {
  const magic = lanes.constant(MAGIC + bias);
  const shifted = lanes.madd(x, lanes.constant(Math.LOG2E), magic);
  const n = lanes.sub(shifted, magic);
  const rough = lanes.nmadd(n, lanes.constant(LN2_HIGH), x);
  return { shifted, n, r: lanes.nmadd(n, lanes.constant(LN2_LOW), rough) };
}

/** 2ⁿ of the exponent field that `shifted` holds in its low bits. */
export function powerOfTwo(lanes: Lanes, shifted: Float): Float {
  return lanes.asFloat(lanes.shiftLeft(lanes.asInt(shifted), 23));
}
