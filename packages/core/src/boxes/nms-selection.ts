import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import {
  cast,
  concat,
  fill,
  greater,
  less,
  logicalAnd,
  minimum,
  range,
  sum,
  tidy,
  topk,
  where,
} from '@tensorflow/tfjs-core';
import { LOWEST_SCORE } from '../operations/lowest-score.ts';

/** What non-maximum suppression keeps, in a shape known beforehand. */
export type NmsSelection = {
  /** [maxOutput] int32: kept boxes by descending score (ties: the lower index first), then -1. */
  readonly indices: Tensor1D;
  /** int32: how many of them are no padding. */
  readonly count: Scalar;
};

/** The best `maxOutput` of the boxes that a mask keeps. Mask [n] 0 or 1, scores [n]. */
export function selectKept(mask: Tensor1D, scores: Tensor1D, maxOutput: number): NmsSelection {
  const size = Math.min(maxOutput, scores.shape[0]);
  if (size === 0) {
    return { indices: fill([maxOutput], -1, 'int32'), count: fill([], 0, 'int32') };
  }
  return tidy(() => {
    const keptScores = where<Tensor1D>(greater(mask, 0), scores, fill(scores.shape, LOWEST_SCORE));
    const { values, indices } = topk(keptScores, size, true);
    const count = cast(minimum(sum(mask), size), 'int32') as Scalar;
    const filled = logicalAnd(greater(values, LOWEST_SCORE), less(range(0, size, 1, 'int32'), count));
    const chosen = where<Tensor1D>(filled, indices, fill([size], -1, 'int32'));
    const padding = maxOutput - size;
    return { indices: padding > 0 ? concat([chosen, fill([padding], -1, 'int32')]) : chosen, count };
  });
}
