import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import { scalar, tensor1d } from '@tensorflow/tfjs-core';
import type { RankingAttributes, RankingInputs } from './average-precision-ranking.ts';
import { smoothedSums, smoothedSumsBelow } from './host/smoothed-sums.ts';
import { splitEntries, valuesAt } from './host/split-entries.ts';

/** As the reference's ε. */
const SMALLEST = 1e-10;

/** Ranking by walks over the sorted scores; sorting by every pair of positives that see each other. */
export function rankSortOnHost(
  inputs: RankingInputs,
  { delta }: RankingAttributes,
): readonly [Scalar, Scalar, Tensor1D] {
  const scores = inputs.scores.dataSync() as Float32Array;
  const targets = inputs.targets.dataSync() as Float32Array;
  const gradient = new Float32Array(scores.length);
  const { positives, negatives, positiveScores, negativeScores } = splitEntries(scores, targets, delta);
  const count = positives.length;
  if (count === 0) return [scalar(0), scalar(0), tensor1d(gradient)];
  const qualities = valuesAt(targets, positives);
  const falsely = smoothedSums(negativeScores, undefined, positiveScores, delta);
  const { ranks, errors, pulls } = sortingErrors(positiveScores, qualities, delta);
  const share = new Float64Array(count);
  let [ranking, sorting] = [0, 0];
  for (let i = 0; i < count; i += 1) {
    const rank = ranks[i]! + falsely[i]!;
    const seen = falsely[i]! > SMALLEST;
    const error = falsely[i]! / rank;
    ranking += error / count;
    sorting += errors[i]! / count;
    share[i] = seen ? 1 / rank / count : 0;
    gradient[positives[i]!] = (pulls[i]! - (seen ? error : 0)) / count;
  }
  const pushed = smoothedSumsBelow(positiveScores, share, negativeScores, delta);
  for (let j = 0; j < negatives.length; j += 1) gradient[negatives[j]!] = pushed[j]!;
  return [scalar(ranking), scalar(sorting), tensor1d(gradient)];
}

/** Rank among positives, sorting error and gradient of each positive, in descending order of score. */
function sortingErrors(scores: Float64Array, qualities: Float64Array, delta: number) {
  const count = scores.length;
  const ranks = new Float64Array(count);
  const errors = new Float64Array(count);
  const pulls = new Float64Array(count);
  const steps = new Float64Array(count);
  for (let i = 0; i < count; i += 1) {
    let [rank, current, targetRank, target, missorted] = [0, 0, 0, 0, 0];
    let end = 0;
    for (; end < count; end += 1) {
      const h = step(scores[end]! - scores[i]!, delta);
      if (h === 0) break;
      steps[end] = h;
      const lack = h * (1 - qualities[end]!);
      rank += h;
      current += lack;
      if (qualities[end]! < qualities[i]!) {
        missorted += h;
      } else {
        targetRank += h;
        target += lack;
      }
    }
    const error = current / rank - target / targetRank;
    ranks[i] = rank;
    errors[i] = error;
    if (missorted <= SMALLEST) continue;
    pulls[i]! -= error;
    const each = error / missorted;
    for (let j = 0; j < end; j += 1) if (qualities[j]! < qualities[i]!) pulls[j]! += steps[j]! * each;
  }
  return { ranks, errors, pulls };
}

/** H(x); for δ = 0, 1 where x ≥ 0. */
function step(x: number, delta: number): number {
  if (delta === 0) return x >= 0 ? 1 : 0;
  return Math.min(1, Math.max(0, x / (2 * delta) + 0.5));
}
