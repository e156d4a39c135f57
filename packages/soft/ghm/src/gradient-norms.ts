import type { Samples } from '@equipoise/core';
import { classTargets, detach, entryFormula, pointwiseLoss, probabilities } from '@equipoise/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { mul, sub, sum, tidy } from '@tensorflow/tfjs-core';
import { entryTerms } from './entry-terms.ts';

/**
 * g, how far each prediction is from its target: the norm of the gradient of cross-entropy in the logits, in [0, 1]. Detached.
 *
 * Sigmoid: |p − y| of every entry, [n, C] (paper §3.1). Softmax: 1 − p of the true class, [n]: the largest component of the gradient
 * p − onehot, and half the sum of all. Without meaning where a sample is ignored.
 */
export function gradientNorms(samples: Samples): Tensor {
  return tidy(() => {
    const { logits, labels } = samples;
    if (samples.task?.activation !== 'softmax')
      return pointwiseLoss(ofLabels, { logits: detach(logits), labels });
    const p = probabilities(samples);
    return sub(1, sum(mul(p, classTargets(labels, p.shape[1])), 1));
  });
}

const ofLabels = entryFormula({
  inputs: { logits: 'entry', labels: 'row' },
  loss: ({ logits, labels }) => entryTerms(logits, labels).norm,
});
