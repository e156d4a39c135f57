import type { TensorInfo } from '@tensorflow/tfjs-core';
import { allocate, release } from '../runtime/kernel.ts';
import { defineEach, forEach } from './each.ts';
import type { Sorted } from './radix-sort.ts';
import { radixSort, releaseSorted } from './radix-sort.ts';
import { DESCENDING_KEY, LAST } from './sort-keys.ts';

/** What makes a sample eligible: a mask that is not 0, or a target that is not negative. */
type Rule = 'not 0' | 'not negative';

const scoreKeys = defineEach(
  'ScoreKeys',
  ({ rule }: { readonly rule: Rule }) => ({
    read: { scores: 'f32', mask: 'f32' },
    write: { keys: 'u32', order: 'u32' },
    declarations: DESCENDING_KEY,
    body: `
    keys[i] = select(${LAST}, descendingKey(scores[i]), mask[i] ${rule === 'not 0' ? '!=' : '>='} 0.0f);
    order[i] = i;`,
  }),
  [{ rule: 'not 0' }, { rule: 'not negative' }],
);

/** Space for pairs of key and index, [n] each, to be released. */
export function allocatePairs(count: number): Sorted {
  return { keys: allocate([count], 'int32'), order: allocate([count], 'int32') };
}

/** Sorts what a caller has just made, and gives that back. */
export function sortOwned(made: Sorted, bits: number): Sorted {
  const sorted = radixSort(made, bits);
  releaseSorted(made);
  return sorted;
}

/** Samples by descending score, equal ones by index; those that are not eligible by their mask [n] float32 come last. To be released. */
export function sortByScore(scores: TensorInfo, mask: TensorInfo, rule: Rule = 'not 0'): Sorted {
  const count = scores.shape[0]!;
  const pairs = allocatePairs(count);
  forEach(scoreKeys({ rule }), count, [scores, mask, pairs.keys, pairs.order]);
  return sortOwned(pairs, 32);
}

const groupKeys = defineEach(
  'GroupKeys',
  ({ nested }: { readonly nested: boolean }) => ({
    read: { order: 'u32', eligible: 'f32', inner: 'i32', ...(nested && { outer: 'i32' }) },
    write: { keys: 'u32' },
    uniform: { none: 'u32', origin: 'u32', ...(nested && { outer_count: 'i32' }) },
    body: `
    let sample = order[i];
    let id = inner[sample]${nested ? ' * u.outer_count + outer[sample]' : ''};
    keys[i] = select(u.none, bitcast<u32>(id) ^ u.origin, eligible[sample] != 0.0f);`,
  }),
  [{ nested: false }, { nested: true }],
);

/** How samples are grouped. */
export interface Grouping {
  readonly group: TensorInfo;
  /** Cuts each group further. */
  readonly outer?: { readonly group: TensorInfo; readonly count: number };
  /** Ids are 0 … count − 1, where their number is known; any int32 where it is not. */
  readonly count?: number;
}

/** Sorts an order by group, stably; samples that are not eligible form a group of their own at the end. `order` is not released. */
export function sortByGroup(order: TensorInfo, eligible: TensorInfo, grouping: Grouping): Sorted {
  const { group, outer, count: groupCount } = grouping;
  const count = order.shape[0]!;
  const keys = allocate([count], 'int32');
  const bindings = [order, eligible, group, ...(outer ? [outer.group] : []), keys];
  const range = groupCount === undefined ? [0xffffffff, 0x80000000] : [groupCount, 0];
  forEach(groupKeys({ nested: outer !== undefined }), count, bindings, [
    ...range,
    ...(outer ? [outer.count] : []),
  ]);
  const sorted = radixSort({ keys, order }, groupCount === undefined ? 32 : 32 - Math.clz32(groupCount));
  release(keys);
  return sorted;
}

const ranks = defineEach(
  'RanksWithinGroups',
  () => ({
    read: { keys: 'u32', order: 'u32', eligible: 'f32' },
    write: { ranks: 'f32' },
    uniform: { otherwise: 'f32' },
    body: `
    let sample = order[i];
    let key = keys[i];
    // The first place of the group, by halving.
    var low = 0u;
    var high = i;
    while (low < high) {
      let middle = (low + high) / 2u;
      if (keys[middle] < key) { low = middle + 1u; } else { high = middle; }
    }
    ranks[sample] = select(u.otherwise, f32(i - low), eligible[sample] != 0.0f);`,
  }),
  [{}],
);

/**
 * How many of its group come before each sample, [n] float32.
 *
 * @param otherwise the bits of the float32 that stands where a sample is not eligible.
 */
export function ranksWithinGroups(
  { keys, order }: Sorted,
  eligible: TensorInfo,
  otherwise: number,
): TensorInfo {
  const count = keys.shape[0]!;
  const result = allocate([count], 'float32');
  forEach(ranks({}), count, [keys, order, eligible, result], [otherwise]);
  return result;
}
