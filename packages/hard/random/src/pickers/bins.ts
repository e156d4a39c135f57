import { imageCount, imageOf, selectTopK, spread } from '@equipoise/core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import { add, cast, mul, reshape, tidy } from '@tensorflow/tfjs-core';
import { joined, someOf, without } from './at-random.ts';
import type { PickRequest, Permutations } from './picker.ts';

/** [n] mask of up to `k` [imageCount] eligible samples, at random, of each bin of each image. `bin` is [n], 0…bins-1. */
export function ofEachBin(
  { samples, eligible, k, keys }: PickRequest,
  bin: Tensor1D,
  bins: number,
): Tensor1D {
  return tidy(() => {
    const group = cast<Tensor1D>(add(mul(cast(imageOf(samples), 'float32'), bins), bin), 'int32');
    const ofBins: Tensor1D = reshape(spread(k, bins), [-1]);
    return selectTopK(
      { scores: keys, eligible, image: group, k: ofBins },
      { imageCount: imageCount(samples) * bins },
    );
  });
}

/**
 * `count` of the given indices: up to ⌊count / bins⌋ at random of each bin, the open rest at random from all others.
 * `binOf` gives -1 for an index that is in no bin.
 */
export function binned(
  indices: Int32Array,
  count: number,
  bins: number,
  binOf: (index: number) => number,
  random: Permutations,
): Int32Array {
  const perBin = Math.floor(count / bins);
  const parts = Array.from({ length: bins }, (_, bin) =>
    someOf(
      indices.filter((i) => binOf(i) === bin),
      perBin,
      random,
    ),
  );
  const taken = joined(...parts);
  return joined(taken, someOf(without(indices, taken), count - taken.length, random));
}
