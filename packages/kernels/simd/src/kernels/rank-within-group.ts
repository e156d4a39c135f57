import type { KernelConfig } from '@tensorflow/tfjs-core';
import { defineKernel, sizeOf, wholeOutput } from '../runtime/kernel.ts';
import { call, floatsOf, integersOf } from './functions.ts';

/** Ranks in groups: a radix sort, then a counter a group. */
export const rankWithinGroupKernels: readonly KernelConfig[] = defineKernel<
  'scores' | 'eligible' | 'group',
  object
>('RankWithinGroup', {
  run(space, inputs) {
    const size = sizeOf(inputs.scores);
    const ranks = wholeOutput(space, [size], 'float32');
    const [scores, eligible] = [floatsOf(space, inputs.scores), floatsOf(space, inputs.eligible)];
    const group = integersOf(space, inputs.group);
    const scratch = space.scratch(call(space, 'rankWithinGroupBytes', size));
    call(space, 'rankWithinGroup', scores, eligible, group, size, ranks.at, scratch);
    return ranks.tensor();
  },
});
