import { indicesWhere, orderDescending } from '@equipoise/core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import { tensor1d } from '@tensorflow/tfjs-core';
import type {
  HierarchicalLocalRankAttributes,
  HierarchicalLocalRankInputs,
} from './hierarchical-local-rank.ts';

/** {@link hierarchicalLocalRank} on typed arrays. */
export function hierarchicalLocalRankOnHost(
  inputs: HierarchicalLocalRankInputs,
  { outerCount, key }: HierarchicalLocalRankAttributes,
): Tensor1D {
  const scores = inputs.scores.dataSync() as Float32Array;
  const inner = inputs.inner.dataSync() as Int32Array;
  const outer = inputs.outer.dataSync() as Int32Array;
  const ranked = indicesWhere(inputs.eligible.dataSync());
  const byScore = orderDescending(scores, ranked);
  const local = localRanks(byScore, inner, outer, outerCount);
  const byLevel =
    key === 'exact'
      ? byAscendingRank(byScore, local)
      : orderDescending(
          roundedKeys(scores, local, groupSizes(ranked, outer, outerCount, key), outer),
          ranked,
        );
  const ranks = new Float32Array(scores.length).fill(-1);
  const next = new Int32Array(outerCount);
  for (const i of byLevel) ranks[i] = next[outer[i]!]!++;
  return tensor1d(ranks);
}

/** How many samples of its own inner and outer group come before each sample in `order`. */
function localRanks(order: Int32Array, inner: Int32Array, outer: Int32Array, outerCount: number): Int32Array {
  const local = new Int32Array(inner.length);
  const seen = new Map<number, number>();
  for (const i of order) {
    const group = inner[i]! * outerCount + outer[i]!;
    const rank = seen.get(group) ?? 0;
    local[i] = rank;
    seen.set(group, rank + 1);
  }
  return local;
}

/** `order`, sorted stably by ascending rank: a counting sort. */
function byAscendingRank(order: Int32Array, ranks: Int32Array): Int32Array {
  const starts = new Int32Array(order.length + 1);
  for (const i of order) starts[ranks[i]! + 1]! += 1;
  for (let rank = 1; rank < starts.length; rank += 1) starts[rank]! += starts[rank - 1]!;
  const sorted = new Int32Array(order.length);
  for (const i of order) sorted[starts[ranks[i]!]!++] = i;
  return sorted;
}

function groupSizes(
  ranked: Int32Array,
  outer: Int32Array,
  outerCount: number,
  key: 'largest' | 'own',
): Int32Array {
  const sizes = new Int32Array(outerCount);
  for (const i of ranked) sizes[outer[i]!]! += 1;
  if (key === 'own') return sizes;
  let largest = 0;
  for (const size of sizes) largest = Math.max(largest, size);
  return sizes.fill(largest);
}

/** score + (size − local rank); a store into float32 rounds as the reference does, since the sum of two float32 is rounded once. */
function roundedKeys(
  scores: Float32Array,
  local: Int32Array,
  sizes: Int32Array,
  outer: Int32Array,
): Float32Array {
  const keys = new Float32Array(scores.length);
  for (let i = 0; i < keys.length; i += 1) keys[i] = scores[i]! + ((sizes[outer[i]!] ?? 0) - local[i]!);
  return keys;
}
