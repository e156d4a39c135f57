import { classTargets, spread } from '@equipoise/core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { mul, tidy } from '@tensorflow/tfjs-core';

/** [n, C] targets: the quality of a sample in the column of its class, 0 elsewhere. Labels outside 0…C−1 give rows of 0. */
export function qualityTargets(labels: Tensor1D, quality: Tensor1D, classes: number): Tensor2D {
  return tidy(() => mul<Tensor2D>(classTargets(labels, classes), spread(quality, classes)));
}
