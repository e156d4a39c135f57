import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { add, expandDims, matMul, reshape, sub, sum, tidy } from '@tensorflow/tfjs-core';

/** [n] the weight of each row's class; 1 in a row without one. Targets are [n, C], weights [C]. */
export function weightOfLabel(targets: Tensor2D, weights: Tensor1D): Tensor1D {
  return tidy(() => {
    const ofClass: Tensor1D = reshape(matMul(targets, expandDims<Tensor2D>(weights, 1)), [targets.shape[0]]);
    return add(ofClass, sub(1, sum(targets, 1)));
  });
}
