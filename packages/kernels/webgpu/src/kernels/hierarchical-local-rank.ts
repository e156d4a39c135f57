import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { allocate, clear, defineKernel, floatBits, release } from '../runtime/kernel.ts';
import { defineEach, forEach } from './each.ts';
import type { Sorted } from './radix-sort.ts';
import { radixSort, releaseSorted } from './radix-sort.ts';
import { allocatePairs, ranksWithinGroups, sortByGroup, sortByScore, sortOwned } from './rank-keys.ts';
import { bitsFor, DESCENDING_KEY, LAST } from './sort-keys.ts';

interface Attributes {
  readonly outerCount: number;
  /** Sort by local rank, then score; or by score + (size of the largest or own outer group − local rank), rounded to float32. */
  readonly key: 'exact' | 'largest' | 'own';
}

const levelKeys = defineEach(
  'LocalRankKeys',
  () => ({
    read: { order: 'u32', local: 'f32' },
    write: { keys: 'u32' },
    body: 'keys[i] = u32(max(local[order[i]], 0.0f));',
  }),
  [{}],
);

const outerSizes = defineEach(
  'OuterGroupSizes',
  () => ({
    read: { outer: 'i32', eligible: 'f32' },
    write: { sizes: 'atomic<u32>' },
    body: 'if (eligible[i] != 0.0f) { atomicAdd(&sizes[outer[i]], 1u); }',
  }),
  [{}],
);

const roundedKeys = defineEach(
  'RoundedRankKeys',
  ({ largest }: { readonly largest: boolean }) => ({
    read: { scores: 'f32', local: 'f32', eligible: 'f32', ...(!largest && { outer: 'i32' }), sizes: 'u32' },
    write: { keys: 'u32', order: 'u32' },
    uniform: largest ? { outer_count: 'u32' } : {},
    declarations: DESCENDING_KEY,
    before: largest
      ? 'var size = 0u; for (var g = 0u; g < u.outer_count; g++) { size = max(size, sizes[g]); }'
      : '',
    body: `
    order[i] = i;
    keys[i] = ${LAST};
    if (eligible[i] == 0.0f) { continue; }
    ${largest ? '' : 'let size = sizes[outer[i]];'}
    keys[i] = descendingKey(scores[i] + (f32(size) - local[i]));`,
  }),
  [{ largest: true }, { largest: false }],
);

/** All samples by level, and within a level by score: the order in which outer groups are ranked. */
function sortByLevel(
  { scores, outer, eligible }: Readonly<Record<'scores' | 'outer' | 'eligible', TensorInfo>>,
  byScore: Sorted,
  local: TensorInfo,
  { key, outerCount }: Attributes,
): Sorted {
  const count = scores.shape[0]!;
  if (key === 'exact') {
    const keys = allocate([count], 'int32');
    forEach(levelKeys({}), count, [byScore.order, local, keys]);
    const sorted = radixSort({ keys, order: byScore.order }, bitsFor(count - 1));
    release(keys);
    return sorted;
  }
  const sizes = allocate([outerCount], 'int32');
  clear(sizes);
  forEach(outerSizes({}), count, [outer, eligible, sizes]);
  const pairs = allocatePairs(count);
  const largest = key === 'largest';
  const bindings = [scores, local, eligible, ...(largest ? [] : [outer]), sizes, pairs.keys, pairs.order];
  forEach(roundedKeys({ largest }), count, bindings, largest ? [outerCount] : []);
  release(sizes);
  return sortOwned(pairs, 32);
}

/**
 * `HierarchicalLocalRank`: ranks within inner and outer group, then the levels that these make, then ranks within the outer group; a radix
 * sort for each of four orders, where `composed` needs eight by bitonic `topk`.
 */
export const hierarchicalLocalRankKernel: KernelConfig = defineKernel<
  'scores' | 'inner' | 'outer' | 'eligible',
  Attributes
>('HierarchicalLocalRank', (inputs, attributes) => {
  const { scores, inner, outer, eligible } = inputs;
  const { outerCount } = attributes;
  if (scores.shape[0] === 0) return allocate([0], 'float32');
  const byScore = sortByScore(scores, eligible);
  const byGroup = sortByGroup(byScore.order, eligible, {
    group: inner,
    outer: { group: outer, count: outerCount },
  });
  const local = ranksWithinGroups(byGroup, eligible, floatBits(-1));
  releaseSorted(byGroup);
  const byLevel = sortByLevel(inputs, byScore, local, attributes);
  release(local);
  releaseSorted(byScore);
  const byOuter = sortByGroup(byLevel.order, eligible, { group: outer, count: outerCount });
  releaseSorted(byLevel);
  const ranks = ranksWithinGroups(byOuter, eligible, floatBits(-1));
  releaseSorted(byOuter);
  return ranks;
});
