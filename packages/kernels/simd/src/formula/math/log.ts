import type { Float, Int, Lanes } from '../lanes/lanes.ts';
import { polynomial } from './polynomial.ts';
import type { Range } from './range.ts';
import { LN2_HIGH, LN2_LOW } from './reduce.ts';

/** (ln(1 + f) − f + f²/2)/f³ on √½ ≤ 1 + f < √2; relative error of ln(1 + f) 7e-9. */
const COEFFICIENTS = [
  0.3333333134651184, -0.250008225440979, 0.20001225173473358, -0.16623343527317047, 0.14201796054840088,
  -0.1316036731004715, 0.1276138424873352, -0.07633720338344574,
];

/** The bits of √½ as a float32. */
const BITS_OF_ROOT_HALF = 0x3f3504f3;

const LEAST_NORMAL = 2 ** -126;

/** ln x = k·ln 2 + ln(1 + f), x = 2ᵏ·(1 + f). Subnormal x keep their digits; ln 0 = −∞, ln ∞ = ∞, NaN of negative x. */
export function log(lanes: Lanes, x: Float, range: Range): Float {
  if (range.low >= LEAST_NORMAL) return withPoles(lanes, logOfNormal(lanes, x, lanes.constant(0)), x, range);
  const subnormal = lanes.compare('less', x, lanes.constant(LEAST_NORMAL));
  const normal = lanes.choose(subnormal, lanes.mul(x, lanes.constant(2 ** 23)), x);
  const raised = lanes.keep(subnormal, lanes.constant(23));
  return withPoles(lanes, logOfNormal(lanes, normal, raised), x, range);
}

/** ln(2⁻ʳ·x), x normal. */
function logOfNormal(lanes: Lanes, x: Float, raised: Float): Float {
  const k = binaryExponent(lanes, x);
  const reduced = lanes.asFloat(lanes.subInt(lanes.asInt(x), lanes.shiftLeft(k, 23)));
  const f = lanes.sub(reduced, lanes.constant(1));
  return logOf(lanes, f, lanes.sub(lanes.toFloat(k), raised));
}

/** The k for which √½ ≤ 2⁻ᵏ·x < √2, of a positive normal x. */
export function binaryExponent(lanes: Lanes, x: Float): Int {
  return lanes.shiftRight(lanes.subInt(lanes.asInt(x), lanes.bits(BITS_OF_ROOT_HALF)), 23);
}

/** k·ln 2 + ln(1 + f), the small terms first. */
export function logOf(lanes: Lanes, f: Float, k: Float): Float {
  const square = lanes.mul(f, f);
  const cube = lanes.mul(square, f);
  const small = lanes.madd(polynomial(lanes, f, COEFFICIENTS), cube, lanes.mul(k, lanes.constant(LN2_LOW)));
  const middle = lanes.nmadd(lanes.constant(0.5), square, small);
  return lanes.madd(k, lanes.constant(LN2_HIGH), lanes.add(f, middle));
}

/** The logarithm of x where 0 < x < ∞; at 0, ∞, beyond 0 and of NaN what must come there. What the range rules out costs nothing. */
export function withPoles(lanes: Lanes, logarithm: Float, x: Float, { low, high }: Range): Float {
  // NaN·0 is NaN and stays, where the bits of a NaN would have passed for a number.
  if (low > 0 && high < Infinity) return lanes.madd(x, lanes.constant(0), logarithm);
  const zero = lanes.constant(0);
  const positive = lanes.compare('less', zero, x);
  const finite = lanes.compare('less', x, lanes.constant(Infinity));
  const atZero = lanes.choose(
    lanes.compare('equal', x, zero),
    lanes.constant(-Infinity),
    lanes.constant(Number.NaN),
  );
  const pole = lanes.choose(positive, x, atZero);
  return lanes.choose(lanes.both(positive, finite), logarithm, pole);
}
