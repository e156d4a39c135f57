import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import { scalar, tensor1d } from '@tensorflow/tfjs-core';
import type { RankingAttributes, RankingInputs } from './average-precision-ranking.ts';
import { smoothedSums, smoothedSumsBelow } from './host/smoothed-sums.ts';
import { splitEntries } from './host/split-entries.ts';

/** Sort, then walks over the sorted scores (ALGORITHMS §13.3): O(m log m) at worst. */
export function averagePrecisionOnHost(
  inputs: RankingInputs,
  { delta }: RankingAttributes,
): readonly [Scalar, Tensor1D] {
  const scores = inputs.scores.dataSync() as Float32Array;
  const targets = inputs.targets.dataSync() as Float32Array;
  const gradient = new Float32Array(scores.length);
  const { positives, negatives, positiveScores, negativeScores } = splitEntries(scores, targets, delta);
  const count = positives.length;
  if (count === 0) return [scalar(0), tensor1d(gradient)];
  const above = smoothedSums(positiveScores, undefined, positiveScores, delta);
  const falsely = smoothedSums(negativeScores, undefined, positiveScores, delta);
  const share = new Float64Array(count);
  /** The smallest 1 − precision so far, from the lowest score up. */
  let best = 1;
  let loss = 0;
  for (let i = count - 1; i >= 0; i -= 1) {
    // A positive counts itself as ½ above; ½ more makes it the 1 of the formula.
    const rank = above[i]! + 0.5 + falsely[i]!;
    const miss = falsely[i]! / rank;
    const rho = miss <= best ? 1 : best / miss;
    best = Math.min(best, miss);
    share[i] = rho / rank / count;
    gradient[positives[i]!] = -best / count;
    loss += best / count;
  }
  const pushed = smoothedSumsBelow(positiveScores, share, negativeScores, delta);
  for (let j = 0; j < negatives.length; j += 1) gradient[negatives[j]!] = pushed[j]!;
  return [scalar(loss), tensor1d(gradient)];
}
