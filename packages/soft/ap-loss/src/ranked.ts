import type { SampleWeights, StrategyLoss } from '@equipoise/core';
import { detachWeights, weightedSum } from '@equipoise/core';
import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import { div, tidy } from '@tensorflow/tfjs-core';
import { carryGradient } from './carry-gradient.ts';

/** A ranking of the entries of a batch, with the weights of the boxes that its strategy gives. */
export interface Ranked {
  /** [m] differentiable scores of the entries. */
  readonly scores: Tensor1D;
  /** The classification loss. */
  readonly value: Scalar;
  /** [m] its gradient in the scores. */
  readonly gradient: Tensor1D;
  /** [n] differentiable losses of the boxes. */
  readonly errors: Tensor1D;
  readonly weights: SampleWeights;
}

/** Both losses of a ranking: the classification loss carries its own gradient, the box loss is weighted. */
export function lossOfRanked({ scores, value, gradient, errors, weights }: Ranked): StrategyLoss {
  const box: Scalar = tidy(() => div(weightedSum(errors, weights.box), weights.boxNormalizer));
  return { classification: carryGradient(scores, value, gradient), box, weights: detachWeights(weights) };
}
