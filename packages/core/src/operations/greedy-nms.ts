import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { greedyNmsComposed } from './greedy-nms-composed.ts';
import { greedyNmsOnHost } from './greedy-nms-host.ts';
import type { Operation } from './operation.ts';
import { defineOperation } from './operation.ts';

/** Tensors of {@link greedyNms}. */
export type GreedyNmsInputs = {
  /** [n, 4] x1 y1 x2 y2, pixels. */
  readonly boxes: Tensor2D;
  /** [n] the higher, the earlier. A score that is NaN or -Infinity is never kept. */
  readonly scores: Tensor1D;
  /** [n] int32: boxes suppress each other within a group only. A box whose group is not in [0, groupCount) is never kept. */
  readonly group: Tensor1D;
};

/** Attributes of {@link greedyNms}. */
export interface GreedyNmsAttributes {
  readonly groupCount: number;
  /** A box goes if its IoU with a kept one is greater (strictly, in float32). ≥ 0. */
  readonly iouThreshold: number;
  /** How many boxes are kept in each group at most. */
  readonly maxPerGroup: number;
  /** 1 for the legacy width x2 - x1 + 1, else 0. */
  readonly offset: 0 | 1;
  /** Scores must be greater (strictly). `LOWEST_SCORE` lets all pass. */
  readonly scoreThreshold: number;
}

/**
 * Greedy non-maximum suppression inside each group. Repeats: keep the highest score left (ties: the lower index), drop what overlaps it
 * by more than `iouThreshold`; stops when a group has `maxPerGroup` or nothing is left. IoU is computed in float32, in the order of
 * torchvision: inter / ((areaA + areaB) - inter).
 *
 * Output: [n] float32, 1 where a box is kept, else 0.
 *
 * `host` visits boxes by descending score and compares each with the kept ones of its group, by means of a grid once they are many.
 * `composed` runs `maxPerGroup` rounds on [groupCount, n]: give a bound where a device runs it.
 */
export const greedyNms: Operation<GreedyNmsInputs, GreedyNmsAttributes, Tensor1D> = defineOperation(
  'GreedyNms',
  {
    composed: greedyNmsComposed,
    host: greedyNmsOnHost,
  },
);
