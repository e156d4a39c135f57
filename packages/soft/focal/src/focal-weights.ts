import type { Samples } from '@equipoise/core';
import { classificationLosses, classCount, classTargets, labelWeights, signOf, softplus } from '@equipoise/core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { add, customGrad, exp, expandDims, expm1, maximum, mul, neg, pow, sigmoid, tidy } from '@tensorflow/tfjs-core';
import { alphaOf } from './alpha.ts';

/**
 * α_t (1 − p_t)^γ times the label weight: [n, C] with sigmoid, [n] with softmax. It carries gradient, as in every implementation of
 * focal loss, and is finite with a finite gradient at any logit and any γ ≥ 0.
 *
 * Sigmoid: (1 − p_t)^γ = e^(−γ·softplus(z_t)), derivative −γ·p_t·(1 − p_t)^γ in z_t: no power of a rounded 1 − p_t.
 */
export function focalWeights(samples: Samples, alpha: number, gamma: number): Tensor {
  return tidy(() => {
    const label = labelWeights(samples);
    const balance = alphaOf(samples, alpha);
    if (samples.task?.activation === 'softmax') return mul(mul(balance, softmaxModulator(samples, gamma)), label);
    return mul(mul(balance, sigmoidModulator(samples, gamma)), expandDims(label, 1));
  });
}

function sigmoidModulator(samples: Samples, gamma: number): Tensor {
  const sign = signOf(classTargets(samples.labels, classCount(samples)));
  return customGrad((z, save) => {
    const toward = mul(z as Tensor2D, sign);
    const modulator = exp(mul(softplus(toward), -gamma));
    (save as (saved: Tensor[]) => void)([toward, modulator, sign]);
    return {
      value: modulator,
      gradFunc: (upstream: Tensor, [saved, value, direction]: Tensor[]) =>
        mul(mul(mul(mul(sigmoid(saved!), value!), -gamma), direction!), upstream),
    };
  })(samples.logits);
}

/** (1 − p_t)^γ from the cross-entropy ℓ = −ln p_t: 1 − p_t = −expm1(−ℓ). Derivative in ℓ: γ (1 − p_t)^(γ−1) p_t. */
function softmaxModulator(samples: Samples, gamma: number): Tensor {
  return customGrad((loss, save) => {
    const easy = exp(neg(loss as Tensor));
    // Below float32's smallest step a power of γ − 1 < 0 would overflow; there the modulator is 0 to every digit.
    const hard = maximum(neg(expm1(neg(loss as Tensor))), 1e-30);
    (save as (saved: Tensor[]) => void)([easy, hard]);
    return {
      value: pow(hard, gamma),
      gradFunc: (upstream: Tensor, [p, q]: Tensor[]) => mul(mul(mul(pow(q!, gamma - 1), p!), gamma), upstream),
    };
  })(add(classificationLosses(samples), 0));
}
