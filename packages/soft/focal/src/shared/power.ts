import type { Tensor } from '@tensorflow/tfjs-core';
import { maximum, mul, onesLike, pow, square, zerosLike } from '@tensorflow/tfjs-core';

/** x^γ for x ≥ 0, with 0⁰ = 1 on every backend; the common exponents cost no `pow`. */
export function power<T extends Tensor>(x: T, gamma: number): T {
  if (gamma === 0) return onesLike(x);
  if (gamma === 1) return x;
  return gamma === 2 ? square(x) : pow(x, gamma);
}

/** γ·x^(γ − 1), the derivative of x^γ. Finite at x = 0 for γ < 1 too, where the factors it stands beside vanish. */
export function slopeOfPower<T extends Tensor>(x: T, gamma: number): T {
  if (gamma === 0) return zerosLike(x);
  return mul<T>(power(gamma < 1 ? maximum<T>(x, SMALLEST) : x, gamma - 1), gamma);
}

/** From here down a power of −1 would overflow float32. */
const SMALLEST = 1e-30;
