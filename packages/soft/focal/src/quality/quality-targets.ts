import type { Samples } from '@equipoise/core';
import { classCount, classTargets, matchedOverlaps, positives, spread } from '@equipoise/core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { cast, clipByValue, mul, tidy, where, zerosLike } from '@tensorflow/tfjs-core';

/** [n, C] targets: the quality of a sample in the column of its class, 0 elsewhere. Labels outside 0…C−1 give rows of 0. */
export function qualityTargets(labels: Tensor1D, quality: Tensor1D, classes: number): Tensor2D {
  return tidy(() => mul<Tensor2D>(classTargets(labels, classes), spread(quality, classes)));
}

/** The targets of a step: the IoU of a positive's predicted box with its ground truth in the column of its class. Detached. */
export function overlapTargets(samples: Samples): Tensor2D {
  return tidy(() => {
    const overlaps = matchedOverlaps(samples);
    // Selected, not multiplied: where there is no target box an overlap may be anything.
    const quality: Tensor1D = where(
      cast(positives(samples), 'bool'),
      clipByValue(overlaps, 0, 1),
      zerosLike(overlaps),
    );
    return qualityTargets(samples.labels, quality, classCount(samples));
  });
}
