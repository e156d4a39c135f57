import type { Tensor } from '@tensorflow/tfjs-core';
import { abs, add, exp, log1p, maximum, neg, sub } from '@tensorflow/tfjs-core';

/**
 * ln(1 + eˣ) of any shape, exact to float32 at every x: max(x, 0) + ln(1 + e^−|x|). tfjs's own `softplus` forms 1 + eˣ, which
 * loses every digit of a result below 1e-7.
 */
export function softplus<T extends Tensor>(x: T): T {
  return add(maximum(x, 0), log1p(exp(neg(abs(x))))) as T;
}

/** ±1 where `target` is 1 / 0, so that p_t = σ(sign · z): 2·target − 1. */
export function signOf<T extends Tensor>(target: T): T {
  return sub(add(target, target), 1) as T;
}
