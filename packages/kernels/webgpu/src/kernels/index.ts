import type { KernelConfig } from '@tensorflow/tfjs-core';
import { alignedIouKernel } from './aligned-iou.ts';
import { alrpKernel } from './alrp-ranking.ts';
import { averagePrecisionKernel } from './average-precision-ranking.ts';
import { decodeDeltasKernel } from './decode-deltas.ts';
import { greedyNmsKernel } from './greedy-nms.ts';
import { hierarchicalLocalRankKernel } from './hierarchical-local-rank.ts';
import { maxIouAssignmentKernel } from './max-iou-assignment.ts';
import { nmsMatchKernel } from './nms-match.ts';
import { rankSortKernel } from './rank-sort-ranking.ts';
import { rankWithinGroupKernel } from './rank-within-group.ts';
import { rowSumsKernel } from './row-sums.ts';
import { scaledKernel } from './scaled.ts';
import { selectTopKKernel } from './select-top-k.ts';

/** The kernels of operations that are more than a formula. */
export const kernels: readonly KernelConfig[] = [
  selectTopKKernel,
  rankWithinGroupKernel,
  hierarchicalLocalRankKernel,
  maxIouAssignmentKernel,
  greedyNmsKernel,
  nmsMatchKernel,
  averagePrecisionKernel,
  alrpKernel,
  rankSortKernel,
  scaledKernel,
  rowSumsKernel,
  decodeDeltasKernel,
  alignedIouKernel,
];
