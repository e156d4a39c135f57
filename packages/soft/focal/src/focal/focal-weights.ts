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
import { exp, expm1, mul, neg, sigmoid, tidy } from '@tensorflow/tfjs-core';
import { targetsOf, timesAlpha } from '../shared/alpha.ts';
import { entryLoss } from '../shared/entry-loss.ts';
import { power, slopeOfPower } from '../shared/power.ts';

/**
 * α_t (1 − p_t)^γ times the label weight: [n, C] with sigmoid, [n] with softmax. It carries gradient, as in every implementation of
 * focal loss, and is finite with a finite gradient at any logit and any γ ≥ 0.
 */
export function focalWeights(samples: Samples, alpha: number | null, gamma: number): Tensor {
  return tidy(() => {
    const balanced = timesAlpha(modulatorOf(samples, gamma), targetsOf(samples), alpha);
    const label = labelWeights(samples);
    return mul(balanced, balanced.rank === 1 ? label : spread(label, classCount(samples)));
  });
}

/** (1 − p_t)^γ: [n, C] with sigmoid, [n] with softmax. Carries gradient. */
export function modulatorOf(samples: Samples, gamma: number): Tensor {
  return samples.task?.activation === 'softmax'
    ? softmaxModulator(samples, gamma)
    : sigmoidModulator(samples, gamma);
}

/** (1 − p_t)^γ = e^(−γ·softplus(z_t)), derivative −γ·p_t·(1 − p_t)^γ in z_t: no power of a rounded 1 − p_t. */
function sigmoidModulator(samples: Samples, gamma: number): Tensor {
  const sign = signOf(classTargets(samples.labels, classCount(samples)));
  return withGradient(
    [samples.logits],
    (z) => {
      const toward = mul(z, sign);
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
  return entryLoss(classificationLosses(samples), (loss) => {
    const hard = neg(expm1(neg(loss)));
    return { value: power(hard, gamma), derivative: mul(slopeOfPower(hard, gamma), exp(neg(loss))) };
  });
}
