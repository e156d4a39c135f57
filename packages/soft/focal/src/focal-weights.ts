import type { Samples } from '@equipoise/core';
import {
  classificationLosses,
  classCount,
  classTargets,
  labelWeights,
  signOf,
  softplus,
  spread,
  withGradient,
} from '@equipoise/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { exp, expm1, maximum, mul, neg, pow, sigmoid, tidy } from '@tensorflow/tfjs-core';
import { alphaOf } from './alpha.ts';

/**
 * α_t (1 − p_t)^γ times the label weight: [n, C] with sigmoid, [n] with softmax. It carries gradient, as in every implementation of
 * focal loss, and is finite with a finite gradient at any logit and any γ ≥ 0.
 */
export function focalWeights(samples: Samples, alpha: number, gamma: number): Tensor {
  return tidy(() => {
    const label = labelWeights(samples);
    const balance = alphaOf(samples, alpha);
    if (samples.task?.activation === 'softmax')
      return mul(mul(balance, softmaxModulator(samples, gamma)), label);
    return mul(mul(balance, sigmoidModulator(samples, gamma)), spread(label, classCount(samples)));
  });
}

/** (1 − p_t)^γ = e^(−γ·softplus(z_t)), derivative −γ·p_t·(1 − p_t)^γ in z_t: no power of a rounded 1 − p_t. */
function sigmoidModulator(samples: Samples, gamma: number): Tensor {
  const sign = signOf(classTargets(samples.labels, classCount(samples)));
  return withGradient(
    [samples.logits],
    (z) => {
      const toward = mul(z!, sign);
      const modulator = exp(mul(softplus(toward), -gamma));
      return { value: modulator, saved: [toward, modulator, sign] };
    },
    (upstream, [toward, modulator, direction]) => [
      mul(mul(mul(mul(sigmoid(toward!), modulator!), -gamma), direction!), upstream),
    ],
  );
}

/** (1 − p_t)^γ from the cross-entropy ℓ = −ln p_t: 1 − p_t = −expm1(−ℓ). Derivative in ℓ: γ (1 − p_t)^(γ−1) p_t. */
function softmaxModulator(samples: Samples, gamma: number): Tensor {
  return withGradient(
    [classificationLosses(samples)],
    (loss) => {
      // Below this a power of γ − 1 < 0 would overflow; the modulator is 0 to every digit there.
      const hard = maximum(neg(expm1(neg(loss!))), 1e-30);
      return { value: pow(hard, gamma), saved: [exp(neg(loss!)), hard] };
    },
    (upstream, [easy, hard]) => [mul(mul(mul(pow(hard!, gamma - 1), easy!), gamma), upstream)],
  );
}
