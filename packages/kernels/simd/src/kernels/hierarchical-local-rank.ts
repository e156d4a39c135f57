import type { KernelConfig } from '@tensorflow/tfjs-core';
import { defineKernel, sizeOf, wholeOutput } from '../runtime/kernel.ts';
import { call, floatsOf, integersOf } from './functions.ts';

/** What samples of an outer group are sorted by, as `@equipoise/pisa` names it. */
const KEYS = { exact: 0, largest: 1, own: 2 } as const;

/** IoU-HLR and Score-HLR: a radix sort, a counter a group, and a counting sort by level or another radix sort. */
export const hierarchicalLocalRankKernels: readonly KernelConfig[] = defineKernel<
  'scores' | 'inner' | 'outer' | 'eligible',
  { readonly outerCount: number; readonly key: keyof typeof KEYS }
>('HierarchicalLocalRank', {
  run(space, inputs, { outerCount, key }) {
    const size = sizeOf(inputs.scores);
    const ranks = wholeOutput(space, [size], 'float32');
    const [scores, eligible] = [floatsOf(space, inputs.scores), floatsOf(space, inputs.eligible)];
    const [inner, outer] = [integersOf(space, inputs.inner), integersOf(space, inputs.outer)];
    const scratch = space.scratch(call(space, 'hierarchicalLocalRankBytes', size, outerCount));
    const where = [scores, inner, outer, eligible, size, outerCount] as const;
    call(space, 'hierarchicalLocalRank', ...where, KEYS[key], ranks.at, scratch);
    return ranks.tensor();
  },
});
