import type { Tensor } from '@tensorflow/tfjs-core';
import { add, exp, expm1, mul, neg } from '@tensorflow/tfjs-core';
import type { Formula } from './entry-loss.ts';
import { power, slopeOfPower } from './power.ts';

/**
 * (1 − p_t)^γ ℓ as a function of the cross-entropy ℓ = −ln p_t, so that it serves sigmoid and softmax alike: p_t = e^−ℓ and
 * 1 − p_t = −expm1(−ℓ) to every digit, and the chain rule through ℓ keeps the exact p − y. Targets are 0 or 1.
 */
export function focused(loss: Tensor, gamma: number): Formula {
  const easy = exp(neg(loss));
  const hard = neg(expm1(neg(loss)));
  const modulator = power(hard, gamma);
  return {
    value: mul(modulator, loss),
    derivative: add(modulator, mul(mul(slopeOfPower(hard, gamma), easy), loss)),
  };
}
