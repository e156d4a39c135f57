import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  equal,
  expandDims,
  fill,
  greater,
  less,
  max,
  maximum,
  min,
  mul,
  range,
  sub,
  where,
} from '@tensorflow/tfjs-core';

/** The largest value that each anchor has been claimed with so far, and the ground truth that did. */
export type BestClaim = {
  /** [n], -1 where none did. */
  readonly value: Tensor1D;
  /** [n] float: the ground truth, -1 none. */
  readonly groundTruth: Tensor1D;
};

/** No anchor is claimed. */
export function noClaim(count: number): BestClaim {
  return { value: fill([count], -1), groundTruth: fill([count], -1) };
}

/**
 * The better of what was and a block of claims [b, n], -1 where a ground truth makes none; its first row is ground truth `start`. Equal
 * values go to the lower ground truth.
 */
export function betterClaim(best: BestClaim, claims: Tensor2D, start: number): BestClaim {
  const value = max<Tensor1D>(claims, 0);
  return {
    value: maximum(best.value, value),
    groundTruth: where(greater(value, best.value), add(firstRow(claims), start), best.groundTruth),
  };
}

/** [b, n] → [n] float: the first row that has the largest value of its column. Not argMax, whose ties differ from device to device. */
export function firstRow(values: Tensor2D): Tensor1D {
  const size = values.shape[0];
  const largest = cast<Tensor2D>(equal(values, max(values, 0, true)), 'float32');
  return add(min<Tensor1D>(mul(largest, expandDims(range(-size, 0), 1)), 0), size);
}

/** [n] int32: the ground truth, -1 negative, -2 where there is none and the anchor is to be ignored. */
export function claimCodes(groundTruth: Tensor1D, eligible: Tensor1D): Tensor1D {
  const unclaimed = cast<Tensor1D>(less(groundTruth, 0), 'float32');
  return cast<Tensor1D>(sub(groundTruth, mul(unclaimed, sub(1, eligible))), 'int32');
}
