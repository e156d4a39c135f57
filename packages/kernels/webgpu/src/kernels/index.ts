import type { KernelConfig } from '@tensorflow/tfjs-core';
import { hierarchicalLocalRankKernel } from './hierarchical-local-rank.ts';
import { rankWithinGroupKernel } from './rank-within-group.ts';
import { selectTopKKernel } from './select-top-k.ts';

/** The kernels of operations that are more than a formula. */
export const kernels: readonly KernelConfig[] = [
  selectTopKKernel,
  rankWithinGroupKernel,
  hierarchicalLocalRankKernel,
];
