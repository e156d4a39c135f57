import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { mul, neg, sigmoid, tidy } from '@tensorflow/tfjs-core';
import { membership } from '../operations/membership.ts';
import { withGradient } from '../operations/with-gradient.ts';
import { signOf, softplus } from './logistic.ts';

/**
 * Binary cross-entropy of every (sample, class) entry, −ln p_t = softplus(−z_t), finite with an exact gradient p − y at any logit.
 *
 * @param logits [n, C]
 * @param labels [n] int32: 0…C-1 a class; any other value is no class, so that all C targets are 0.
 * @returns [n, C]; the gradient reaches the logits.
 */
export function sigmoidCrossEntropy(logits: Tensor2D, labels: Tensor1D): Tensor2D {
  return tidy(() => {
    const sign = signOf(classTargets(labels, logits.shape[1]));
    return withGradient<Tensor2D>(
      [logits],
      (z) => {
        const against = neg(mul(z, sign));
        return { value: softplus(against), saved: [against, sign] };
      },
      (upstream, [against, direction]) => [neg(mul(mul(direction!, sigmoid(against!)), upstream))],
    );
  });
}

/** [n, C] targets: 1 in the column of the sample's class, 0 elsewhere; rows without a class are 0. */
export function classTargets(labels: Tensor1D, classes: number): Tensor2D {
  return membership(labels, classes);
}
