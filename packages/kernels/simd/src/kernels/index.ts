import type { KernelConfig } from '@tensorflow/tfjs-core';
import { alignedIouKernels } from './aligned-iou.ts';
import { decodeDeltasKernels } from './decode-deltas.ts';
import { greedyNmsMatchKernels } from './greedy-nms-match.ts';
import { greedyNmsKernels } from './greedy-nms.ts';
import { hierarchicalLocalRankKernels } from './hierarchical-local-rank.ts';
import { maskIndicesKernels } from './mask-indices.ts';
import { maxIouAssignmentKernels } from './max-iou-assignment.ts';
import { rankWithinGroupKernels } from './rank-within-group.ts';
import { alrpKernels, averagePrecisionKernels, rankSortKernels } from './rankings.ts';
import { rowsAtKernels } from './rows-at.ts';
import { selectTopKKernels } from './select-top-k.ts';

/** The kernels of operations that are more than a formula. */
export const kernels: readonly KernelConfig[] = [
  ...selectTopKKernels,
  ...rankWithinGroupKernels,
  ...hierarchicalLocalRankKernels,
  ...greedyNmsKernels,
  ...greedyNmsMatchKernels,
  ...maxIouAssignmentKernels,
  ...averagePrecisionKernels,
  ...alrpKernels,
  ...rankSortKernels,
  ...maskIndicesKernels,
  ...rowsAtKernels,
  ...decodeDeltasKernels,
  ...alignedIouKernels,
];
