import type { SampleWeights, Samples, StrategyLoss } from '@equipoise/core';
import { detachWeights, weightedSum, weightsOfAll, withWeights } from '@equipoise/core';
import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import { div, tidy } from '@tensorflow/tfjs-core';
import { carryGradient } from './carry-gradient.ts';
import { weightsOfGradient } from './entries.ts';

/** A ranking of the entries of a batch, with the boxes that its strategy weighs. */
export interface Ranked {
  /** [m] differentiable scores of the entries. */
  readonly scores: Tensor1D;
  /** The classification loss. */
  readonly value: Scalar;
  /** [m] its gradient in the scores. */
  readonly gradient: Tensor1D;
  /** [n] differentiable losses of the boxes. */
  readonly errors: Tensor1D;
  /** [n] the weights of the boxes. */
  readonly box: Tensor1D;
}

/** The weights of a ranking: of its entries those that give their gradient, of its boxes its own. */
export function weightsOfRanked(samples: Samples, { gradient, box }: Ranked): SampleWeights {
  const classification = weightsOfGradient(samples, gradient);
  return { ...weightsOfAll(samples, 'positives'), classification, box };
}

/** Both losses of a ranking: the classification loss carries its own gradient, the box loss is weighted. */
export function lossOfRanked(samples: Samples, ranked: Ranked): StrategyLoss {
  const { scores, value, gradient, errors, box: weights } = ranked;
  const { boxNormalizer } = weightsOfAll(samples, 'positives');
  const classification = carryGradient(scores, value, gradient);
  const box: Scalar = tidy(() => div(weightedSum(errors, weights), boxNormalizer));
  return withWeights({ classification, box }, () => detachWeights(weightsOfRanked(samples, ranked)));
}
