import { imageCount, imageOf, selectTopK } from '@equipoise/core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import { add } from '@tensorflow/tfjs-core';
import type { Permutations, PickRequest } from './picker.ts';

/** [n] mask of up to k eligible samples of each image, uniformly at random. */
export function atRandom({ samples, eligible, k, keys }: PickRequest): Tensor1D {
  return selectTopK(
    { scores: keys, eligible, image: imageOf(samples), k },
    { imageCount: imageCount(samples) },
  );
}

/** The same, but the samples of the [n] mask `preferred` come before all others. */
export function preferring(preferred: Tensor1D, request: PickRequest): Tensor1D {
  return atRandom({ ...request, keys: add<Tensor1D>(request.keys, preferred) });
}

/** `count` of the given indices at random; all of them, without a draw, where there are no more. */
export function someOf(indices: Int32Array, count: number, random: Permutations): Int32Array {
  if (indices.length <= count) return indices;
  return random
    .permutation(indices.length)
    .subarray(0, count)
    .map((place) => indices[place]!);
}

/** What is in `all` but not in `taken`, in the order of `all`. */
export function without(all: Int32Array, taken: Int32Array): Int32Array {
  const gone = new Set(taken);
  return all.filter((index) => !gone.has(index));
}

/** One after the other. */
export function joined(...parts: readonly ArrayLike<number>[]): Int32Array {
  return Int32Array.from(parts.flatMap((part) => Array.from(part)));
}
