import type { GreedyNmsAttributes, GreedyNmsInputs } from '@equipoise/core';
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { allocate, defineKernel, floatBits, release } from '../runtime/kernel.ts';
import { defineEach, forEach } from './each.ts';
import { suppressGreedily } from './greedy-suppression.ts';
import { DESCENDING_KEY } from './sort-keys.ts';

/** The lowest finite float32: what is not above it is never kept. */
const LOWEST_SCORE = -3.4028234663852886e38;

const eligibleBoxes = defineEach(
  'NmsEligible',
  () => ({
    read: { scores: 'f32', groups: 'i32' },
    write: { eligible: 'f32' },
    uniform: { group_count: 'i32', threshold: 'f32' },
    declarations: `${DESCENDING_KEY}
const INFINITY_KEY = ~0x7f800000u & 0x7fffffffu;`,
    // By keys, since WGSL may take it that there is no NaN; those come first, above Infinity.
    body: `
    let key = descendingKey(scores[i]);
    let above = key < descendingKey(u.threshold) && key >= INFINITY_KEY;
    eligible[i] = select(0.0f, 1.0f, above && groups[i] >= 0 && groups[i] < u.group_count);`,
  }),
  [{}],
);

const keptBoxes = defineEach(
  'NmsKept',
  () => ({
    read: { order: 'u32', settled: 'u32' },
    write: { kept: 'f32' },
    body: 'kept[order[i]] = select(0.0f, 1.0f, settled[i] == i + 1u);',
  }),
  [{}],
);

/** `GreedyNms`. */
export const greedyNmsKernel: KernelConfig = defineKernel<keyof GreedyNmsInputs, GreedyNmsAttributes>(
  'GreedyNms',
  ({ boxes, scores, group }, { groupCount, iouThreshold, maxPerGroup, offset, scoreThreshold }) => {
    const count = scores.shape[0]!;
    const kept = allocate([count], 'float32');
    if (count === 0) return kept;
    const eligible = allocate([count], 'float32');
    const least = Math.max(scoreThreshold, LOWEST_SCORE);
    forEach(eligibleBoxes({}), count, [scores, group, eligible], [groupCount, floatBits(least)]);
    const { order, settled } = suppressGreedily(
      { boxes, scores, group, eligible },
      { groupCount, iouThreshold, most: maxPerGroup, offset, inclusive: false },
    );
    forEach(keptBoxes({}), count, [order, settled, kept]);
    for (const scratch of [eligible, order, settled]) release(scratch);
    return kept;
  },
);
