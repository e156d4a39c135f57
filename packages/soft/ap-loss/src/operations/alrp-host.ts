import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import { scalar, tensor1d } from '@tensorflow/tfjs-core';
import type { AlrpInputs } from './alrp-ranking.ts';
import type { RankingAttributes } from './average-precision-ranking.ts';
import { smoothedSums, smoothedSumsBelow } from './host/smoothed-sums.ts';
import { splitEntries, valuesAt } from './host/split-entries.ts';

/** As the reference's ε. */
const FEWEST = 1e-5;

/** Sort, then walks over the sorted scores. */
export function alrpOnHost(
  inputs: AlrpInputs,
  { delta }: RankingAttributes,
): readonly [Scalar, Tensor1D, Tensor1D, Tensor1D] {
  const scores = inputs.scores.dataSync() as Float32Array;
  const errors = inputs.errors.dataSync() as Float32Array;
  const targets = inputs.targets.dataSync() as Float32Array;
  const gradient = new Float32Array(scores.length);
  const ranks = new Float32Array(scores.length);
  const shares = new Float32Array(scores.length);
  const { positives, negatives, positiveScores, negativeScores } = splitEntries(scores, targets, delta);
  const count = positives.length;
  const errorsInOrder = valuesAt(errors, positives);
  const above = smoothedSums(positiveScores, undefined, positiveScores, delta);
  const falsely = smoothedSums(negativeScores, undefined, positiveScores, delta);
  const mislocated = smoothedSums(positiveScores, errorsInOrder, positiveScores, delta);
  const share = new Float64Array(count);
  let loss = 0;
  let inverseRanks = 0;
  for (let i = count - 1; i >= 0; i -= 1) {
    // Each positive counts itself as ½ in the sums: 1 in its rank, 0 in the error of others.
    const rank = above[i]! + 0.5 + falsely[i]!;
    inverseRanks += 1 / rank;
    loss += falsely[i]! / rank / count;
    ranks[positives[i]!] = rank;
    shares[positives[i]!] = inverseRanks / count;
    if (falsely[i]! <= FEWEST) continue;
    const error = (mislocated[i]! - errorsInOrder[i]! / 2 + falsely[i]!) / rank / count;
    gradient[positives[i]!] = -error;
    share[i] = error / falsely[i]!;
  }
  const pushed = smoothedSumsBelow(positiveScores, share, negativeScores, delta);
  for (let j = 0; j < negatives.length; j += 1) gradient[negatives[j]!] = pushed[j]!;
  return [scalar(loss), tensor1d(gradient), tensor1d(ranks), tensor1d(shares)];
}
