import type { Float, Lanes } from '../lanes/lanes.ts';
import { binaryExponent, logOf, withPoles } from './log.ts';
import { polynomial } from './polynomial.ts';
import type { Range } from './range.ts';

/** ln(1 + x)/x on 0 ≤ x ≤ 1, relative error 1.3e-8. */
const FROM_0_TO_1 = [
  1, -0.4999993145465851, 0.33330509066581726, -0.24958570301532745, 0.1969529688358307, -0.1535506695508957,
  0.10679946839809418, -0.05765794962644577, 0.020200874656438828, -0.003317594062536955,
];

/** ln(1 + x)/x on −½ ≤ x ≤ 0, relative error 4e-9. */
const FROM_MINUS_HALF_TO_0 = [
  1, -0.5000008940696716, 0.3332633078098297, -0.25186681747436523, 0.17589633166790009, -0.3399328291416168,
  -0.5917915105819702, -1.9699678421020508, -2.4754114151000977, -1.742977261543274,
];

/** ln(1 + x), x = −1: −∞, ∞: ∞, below −1: NaN. Where x is known to be near 0, as in softplus, a polynomial is enough. */
export function log1p(lanes: Lanes, x: Float, { low, high }: Range): Float {
  if (low >= 0 && high <= 1) return lanes.mul(x, polynomial(lanes, x, FROM_0_TO_1));
  if (low >= -0.5 && high <= 0) return lanes.mul(x, polynomial(lanes, x, FROM_MINUS_HALF_TO_0));
  const one = lanes.constant(1);
  const sum = lanes.add(x, one);
  const k = binaryExponent(lanes, sum);
  // f = 2⁻ᵏ·x + (2⁻ᵏ − 1) has the digits of x that 1 + x loses; 2²⁻ᵏ is a normal float up to k = 128.
  const power = lanes.asFloat(lanes.shiftLeft(lanes.subInt(lanes.bits(129), k), 23));
  const quarter = lanes.constant(0.25);
  const f = lanes.madd(lanes.mul(x, quarter), power, lanes.sub(lanes.mul(power, quarter), one));
  return withPoles(lanes, logOf(lanes, f, lanes.toFloat(k)), sum, { low: low + 1, high: high + 1 });
}
