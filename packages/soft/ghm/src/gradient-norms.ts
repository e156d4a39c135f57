import type { Samples } from '@equipoise/core';
import { classTargets, probabilities } from '@equipoise/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { abs, mul, sub, sum, tidy } from '@tensorflow/tfjs-core';

/**
 * g, how far each prediction is from its target: the norm of the gradient of cross-entropy in the logits, in [0, 1]. Detached.
 *
 * Sigmoid: |p − y| of every entry, [n, C] (paper §3.1). Softmax: 1 − p of the true class, [n]: the largest component of the gradient
 * p − onehot, and half the sum of all. Without meaning where a sample is ignored.
 */
export function gradientNorms(samples: Samples): Tensor {
  return tidy(() => {
    const p = probabilities(samples);
    const targets = classTargets(samples.labels, p.shape[1]);
    return samples.task?.activation === 'softmax' ? sub(1, sum(mul(p, targets), 1)) : abs(sub(p, targets));
  });
}
