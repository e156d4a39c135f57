import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { exp, expandDims, log, max, mul, neg, sub, sum, tidy } from '@tensorflow/tfjs-core';
import { withGradient } from '../operations/with-gradient.ts';
import { classTargets } from './sigmoid-cross-entropy.ts';

/**
 * Cross-entropy of a softmax over C classes and background, −ln p_label, with gradient p − onehot.
 *
 * @param logits [n, C+1], background last
 * @param labels [n] int32: 0…C-1 a class, C background; -1 gives a number without meaning, to be weighted 0.
 * @returns [n]; the gradient reaches the logits.
 */
export function softmaxCrossEntropy(logits: Tensor2D, labels: Tensor1D): Tensor1D {
  return tidy(() => {
    const targets = classTargets(labels, logits.shape[1]);
    return withGradient<Tensor1D>(
      [logits],
      (z) => {
        const shifted = sub(z, max(z, 1, true));
        const logProbabilities = sub(shifted, log(sum(exp(shifted), 1, true)));
        return { value: neg(sum(mul(targets, logProbabilities), 1)), saved: [logProbabilities, targets] };
      },
      (upstream, [logProbabilities, wanted]) => [
        mul(sub(exp(logProbabilities!), wanted!), expandDims(upstream, 1)),
      ],
    );
  });
}
