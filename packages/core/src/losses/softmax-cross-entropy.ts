import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { customGrad, exp, expandDims, log, max, mul, neg, sub, sum, tidy } from '@tensorflow/tfjs-core';
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
    return customGrad((z, save) => {
      const shifted = sub(z as Tensor2D, max(z as Tensor2D, 1, true));
      const logSum = log(sum(exp(shifted), 1, true));
      const logProbabilities = sub(shifted, logSum);
      (save as (saved: Tensor2D[]) => void)([logProbabilities as Tensor2D, targets]);
      return {
        value: neg(sum(mul(targets, logProbabilities), 1)) as Tensor1D,
        gradFunc: (upstream: Tensor1D, [saved, wanted]: Tensor2D[]) =>
          mul(sub(exp(saved!), wanted!), expandDims(upstream, 1)),
      };
    })(logits) as Tensor1D;
  });
}
