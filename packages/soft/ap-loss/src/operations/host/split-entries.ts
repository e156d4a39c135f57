import { orderDescending } from '@equipoise/core';

/** Positives and the negatives that any of them can see, by descending score, equal scores by lower index. */
export interface SplitEntries {
  /** Where they stand among all entries. */
  readonly positives: Int32Array;
  readonly negatives: Int32Array;
  /** Their scores, in the same order. */
  readonly positiveScores: Float64Array;
  readonly negativeScores: Float64Array;
}

/** Entries by target: > 0 positive, 0 negative, else ignored. Negatives more than δ below every positive count nothing and are left out. */
export function splitEntries(scores: Float32Array, targets: Float32Array, delta: number): SplitEntries {
  let lowest = Infinity;
  for (let i = 0; i < scores.length; i += 1) if (targets[i]! > 0 && scores[i]! < lowest) lowest = scores[i]!;
  const threshold = Math.fround(lowest - delta);
  const isPositive = (i: number): boolean => targets[i]! > 0;
  const isNear = (i: number): boolean => targets[i] === 0 && scores[i]! >= threshold;
  const positives = orderDescending(scores, indicesWhere(scores.length, isPositive));
  const negatives = orderDescending(scores, indicesWhere(scores.length, isNear));
  return {
    positives,
    negatives,
    positiveScores: Float64Array.from(positives, (i) => scores[i]!),
    negativeScores: Float64Array.from(negatives, (i) => scores[i]!),
  };
}

function indicesWhere(count: number, holds: (i: number) => boolean): Int32Array {
  const indices = new Int32Array(count);
  let found = 0;
  for (let i = 0; i < count; i += 1) if (holds(i)) indices[found++] = i;
  return indices.subarray(0, found);
}
