import type { Samples } from '@equipoise/core';
import { classCount, classTargets, labelWeights, signOf } from '@equipoise/core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { cast, fill, greater, max, min, mul, sub, sum, tidy, where } from '@tensorflow/tfjs-core';

/** The margin of a sample that does not count. */
const NO_VIOLATOR = 1e30;

/**
 * [n] how clearly a network is right about each sample, for {@link workingSet}: below 0 it is wrong, a false positive or a miss.
 *
 * - sigmoid: the least of the class logits, each with the sign of its target; for background -max z, so that a probability p of the likeliest
 *   class is a margin of ln((1 - p) / p).
 * - softmax: the logit of the label less the largest of the others.
 *
 * 1e30 at ignored samples, which are never violators. No gradient is meant to flow through it.
 */
export function classMargins(samples: Samples): Tensor1D {
  return tidy(() => {
    const { logits, labels, task } = samples;
    const margins = task?.activation === 'softmax' ? softmaxMargins(samples) : sigmoidMargins(logits, labels);
    return where<Tensor1D>(greater(labelWeights(samples), 0), margins, fill(margins.shape, NO_VIOLATOR));
  });
}

function sigmoidMargins(logits: Tensor2D, labels: Tensor1D): Tensor1D {
  return min(mul(logits, signOf(classTargets(labels, logits.shape[1]))), 1);
}

function softmaxMargins(samples: Samples): Tensor1D {
  const { logits, labels } = samples;
  const own = classTargets(labels, classCount(samples) + 1);
  const others = where<Tensor2D>(cast(own, 'bool'), fill(logits.shape, -NO_VIOLATOR), logits);
  return sub<Tensor1D>(sum(mul(logits, own), 1), max(others, 1));
}
