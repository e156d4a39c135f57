import type { KernelConfig } from '@tensorflow/tfjs-core';
import { allocate, defineKernel, floatBits } from '../runtime/kernel.ts';
import { releaseSorted } from './radix-sort.ts';
import { ranksWithinGroups, sortByGroup, sortByScore } from './rank-keys.ts';

/** `RankWithinGroup`: sorts by score, then stably by group; a place less the place where its group starts is the rank. */
export const rankWithinGroupKernel: KernelConfig = defineKernel<'scores' | 'eligible' | 'group', object>(
  'RankWithinGroup',
  ({ scores, eligible, group }) => {
    const count = scores.shape[0]!;
    if (count === 0) return allocate([0], 'float32');
    const byScore = sortByScore(scores, eligible);
    const byGroup = sortByGroup(byScore.order, eligible, { group });
    const ranks = ranksWithinGroups(byGroup, eligible, floatBits(count));
    releaseSorted(byScore);
    releaseSorted(byGroup);
    return ranks;
  },
);
