import type { Scalar } from '@tensorflow/tfjs-core';
import { div, scalar, tidy } from '@tensorflow/tfjs-core';
import { boxLosses } from '../samples/losses.ts';
import type { Samples } from '../samples/samples.ts';
import type { SampleWeights } from '../strategy/strategy.ts';
import { weightedSum } from './weighted-sum.ts';

/** Σ w_box·ℓ_box / N_box; 0 where the samples carry no deltas. For strategies that give their losses in one piece. */
export function boxTerm(samples: Samples, weights: SampleWeights): Scalar {
  if (!samples.deltas) return scalar(0);
  return tidy(() => div(weightedSum(boxLosses(samples), weights.box), weights.boxNormalizer) as Scalar);
}
