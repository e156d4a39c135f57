import type { Tensor1D } from '@tensorflow/tfjs-core';
import {
  cast,
  cumsum,
  expandDims,
  gather,
  lessEqual,
  mul,
  neg,
  reshape,
  sum,
  tensor1d,
  tidy,
  topk,
} from '@tensorflow/tfjs-core';
import { membership } from './membership.ts';
import { defineOperation, type Operation } from './operation.ts';

/** Inputs of {@link selectTopK}. */
export type SelectTopKInputs = {
  /** [n] higher is chosen first; equal scores by lower index. */
  readonly scores: Tensor1D;
  /** [n] float32, 1 where a sample may be chosen. */
  readonly eligible: Tensor1D;
  /** [n] int32, 0…imageCount-1. */
  readonly image: Tensor1D;
  /** [imageCount] how many to choose in each image, ≥ 0; all that are eligible where there are fewer. */
  readonly k: Tensor1D;
};

/** Attributes of {@link selectTopK}. */
export type SelectTopKAttributes = { readonly imageCount: number };

/**
 * The k eligible samples of highest score in each image, as a [n] float32 mask. `k` stays on the device, so it may depend on the
 * data (3 × positives) without a read-back, which `tf.topk` cannot.
 */
export const selectTopK: Operation<SelectTopKInputs, SelectTopKAttributes, Tensor1D> = defineOperation(
  'SelectTopK',
  { composed, host },
);

/** Sort all once, count the eligible of each image along the order, keep those within k, and undo the order. */
function composed(
  { scores, eligible, image, k }: SelectTopKInputs,
  { imageCount }: SelectTopKAttributes,
): Tensor1D {
  return tidy(() => {
    const n = scores.shape[0];
    if (n === 0) return tensor1d([], 'float32');
    const order = topk(scores, n, true).indices;
    const eligibleInOrder = gather(eligible, order);
    const member = membership(gather(image, order), imageCount);
    const ranks = cumsum(mul(member, expandDims(eligibleInOrder, 1)), 0);
    const within = mul(member, cast(lessEqual(ranks, reshape(k, [1, imageCount])), 'float32'));
    const keptInOrder = mul(sum(within, 1), eligibleInOrder) as Tensor1D;
    const inverse = topk(neg(cast(order, 'float32')), n, true).indices;
    return gather(keptInOrder, inverse);
  });
}

/** A threshold an image by quickselect, O(n): above it all are kept, at it the first ones. */
function host(inputs: SelectTopKInputs, { imageCount }: SelectTopKAttributes): Tensor1D {
  const scores = inputs.scores.dataSync() as Float32Array;
  const eligible = inputs.eligible.dataSync();
  const image = inputs.image.dataSync();
  const k = inputs.k.dataSync();
  const kept = new Float32Array(scores.length);
  const { members, ends } = membersByImage(eligible, image, imageCount);
  for (let b = 0; b < imageCount; b++) {
    const samples = members.subarray(b === 0 ? 0 : ends[b - 1]!, ends[b]);
    keepHighest(scores, samples, Math.max(0, Math.floor(k[b]!)), kept);
  }
  return tensor1d(kept);
}

/** The eligible samples, those of image 0 first, ascending within each, and where each image's end. */
function membersByImage(eligible: ArrayLike<number>, image: ArrayLike<number>, imageCount: number) {
  const n = eligible.length;
  const next = new Int32Array(imageCount);
  for (let i = 0; i < n; i++) if (eligible[i] !== 0) next[image[i]!]!++;
  let total = 0;
  for (let b = 0; b < imageCount; b++) {
    const size = next[b]!;
    next[b] = total;
    total += size;
  }
  const members = new Int32Array(total);
  for (let i = 0; i < n; i++) if (eligible[i] !== 0) members[next[image[i]!]!++] = i;
  return { members, ends: next };
}

function keepHighest(scores: Float32Array, samples: Int32Array, k: number, kept: Float32Array): void {
  if (k === 0) return;
  if (k >= samples.length) {
    for (const i of samples) kept[i] = 1;
    return;
  }
  const values = new Float32Array(samples.length);
  for (let m = 0; m < samples.length; m++) values[m] = scores[samples[m]!]!;
  const threshold = nthHighest(values, k);
  let atThreshold = k;
  for (const i of samples) if (scores[i]! > threshold) atThreshold--;
  for (const i of samples) {
    if (scores[i]! > threshold || (scores[i] === threshold && atThreshold-- > 0)) kept[i] = 1;
  }
}

/** The k-th highest value (k ≥ 1), by Hoare's quickselect with a median-of-three pivot. Reorders `values`. */
function nthHighest(values: Float32Array, k: number): number {
  const target = k - 1;
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = median(values[low]!, values[(low + high) >> 1]!, values[high]!);
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i]! > pivot) i++;
      while (values[j]! < pivot) j--;
      if (i <= j) {
        const moved = values[i]!;
        values[i++] = values[j]!;
        values[j--] = moved;
      }
    }
    if (target <= j) high = j;
    else if (target >= i) low = i;
    else break;
  }
  return values[target]!;
}

function median(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
