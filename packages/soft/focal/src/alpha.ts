import type { Samples } from '@equipoise/core';
import { classCount, classTargets } from '@equipoise/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { add, cast, less, mul, tidy } from '@tensorflow/tfjs-core';

/**
 * α_t: α where the target is 1, 1 − α where it is 0. [n, C] with sigmoid; [n] with softmax, where a sample is a positive or background.
 */
export function alphaOf(samples: Samples, alpha: number): Tensor {
  return tidy(() => {
    const classes = classCount(samples);
    const target =
      samples.task?.activation === 'softmax'
        ? cast(less(samples.labels, classes), 'float32')
        : classTargets(samples.labels, classes);
    return add(mul(target, 2 * alpha - 1), 1 - alpha);
  });
}
