import type { NmsMatchAttributes, NmsMatchInputs } from '@equipoise/core';
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { allocate, defineKernel, release } from '../runtime/kernel.ts';
import { defineEach, forEach } from './each.ts';
import { suppressGreedily } from './greedy-suppression.ts';

const owners = defineEach(
  'NmsMatchOwners',
  () => ({
    read: { order: 'u32', settled: 'u32' },
    write: { belongs_to: 'i32' },
    body: `
    let by = settled[i];
    belongs_to[order[i]] = i32(order[select(by - 1u, i, by == 0u)]);`,
  }),
  [{}],
);

/** `GreedyNmsMatch`: the suppression of `GreedyNms`, which knows who suppressed whom. */
export const nmsMatchKernel: KernelConfig = defineKernel<keyof NmsMatchInputs, NmsMatchAttributes>(
  'GreedyNmsMatch',
  ({ boxes, scores, group, eligible }, { groupCount, iouThreshold, maxKeepers }) => {
    const count = scores.shape[0]!;
    const belongsTo = allocate([count], 'int32');
    if (count === 0) return belongsTo;
    const { order, settled } = suppressGreedily(
      { boxes, scores, group, eligible },
      { groupCount, iouThreshold, most: maxKeepers, offset: 0, inclusive: true },
    );
    forEach(owners({}), count, [order, settled, belongsTo]);
    release(order);
    release(settled);
    return belongsTo;
  },
);
