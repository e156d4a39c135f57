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
  const indices = new Int32Array(scores.length);
  let [positiveCount, firstNegative] = [0, scores.length];
  // Positives from the front, negatives from the back.
  for (let i = scores.length - 1; i >= 0; i -= 1)
    if (targets[i] === 0 && scores[i]! >= threshold) indices[(firstNegative -= 1)] = i;
  for (let i = 0; i < scores.length; i += 1) if (targets[i]! > 0) indices[positiveCount++] = i;
  const positives = orderDescending(scores, indices.subarray(0, positiveCount));
  const negatives = orderDescending(scores, indices.subarray(firstNegative));
  return {
    positives,
    negatives,
    positiveScores: valuesAt(scores, positives),
    negativeScores: valuesAt(scores, negatives),
  };
}

/** The values at some places, in double precision. */
export function valuesAt(values: Float32Array, places: Int32Array): Float64Array {
  const found = new Float64Array(places.length);
  for (let k = 0; k < places.length; k += 1) found[k] = values[places[k]!]!;
  return found;
}
