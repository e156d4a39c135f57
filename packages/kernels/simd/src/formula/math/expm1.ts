import type { Float, Lanes } from '../lanes/lanes.ts';
import { polynomial } from './polynomial.ts';
import type { Range } from './range.ts';
import { powerOfTwo, reduceByLn2 } from './reduce.ts';

/** (eʳ − 1 − r)/r² on |r| ≤ ½ ln 2; relative error of eʳ − 1 6e-9. */
const COEFFICIENTS = [
  0.5, 0.1666666716337204, 0.04166671261191368, 0.008333338424563408, 0.001390703022480011,
  0.0001965301635209471,
];

/** Below, eˣ − 1 rounds to −1; above, it overflows. */
const LEAST = -18;
const GREATEST = 89;

/** eˣ − 1 = 2ⁿ·(eʳ − 1) + (2ⁿ − 1), halved on the way so that 2¹²⁸ fits. */
export function expm1(lanes: Lanes, x: Float, { low, high }: Range): Float {
  const raised = low >= LEAST ? x : lanes.max(x, lanes.constant(LEAST));
  const within = high <= GREATEST ? raised : lanes.min(raised, lanes.constant(GREATEST));
  const halved = high > 88;
  const { shifted, r } = reduceByLn2(lanes, within, halved ? 126 : 127);
  const power = powerOfTwo(lanes, shifted);
  const ofR = lanes.madd(lanes.mul(r, r), polynomial(lanes, r, COEFFICIENTS), r);
  const less = lanes.sub(power, lanes.constant(halved ? 0.5 : 1));
  const result = lanes.madd(power, ofR, less);
  return halved ? lanes.add(result, result) : result;
}
