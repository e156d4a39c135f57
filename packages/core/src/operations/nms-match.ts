import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { nmsMatchComposed } from './nms-match-composed.ts';
import { nmsMatchOnHost } from './nms-match-host.ts';
import type { Operation } from './operation.ts';
import { defineOperation } from './operation.ts';

/** Tensors of {@link greedyNmsMatch}. */
export type NmsMatchInputs = {
  /** [n, 4] x1 y1 x2 y2, pixels. */
  readonly boxes: Tensor2D;
  /** [n] finite; the higher, the earlier. */
  readonly scores: Tensor1D;
  /** [n] int32, 0…groupCount-1: boxes match each other within a group only, such as an image. */
  readonly group: Tensor1D;
  /** [n] float32: 1 where a box takes part, else 0. */
  readonly eligible: Tensor1D;
};

/** Attributes of {@link greedyNmsMatch}. */
export interface NmsMatchAttributes {
  readonly groupCount: number;
  /** A box belongs to a keeper from this IoU on (≥, in float32), > 0. */
  readonly iouThreshold: number;
  /** How many keepers are looked for in each group, those of highest score. */
  readonly maxKeepers: number;
}

/**
 * Greedy NMS that remembers who suppressed whom: [n] int32, the box that each box belongs to, which is itself for those that are kept, for
 * those left over once a group has `maxKeepers`, and for those that take no part. A box belongs to the first keeper, by descending score
 * (ties: the lower index), whose IoU with it is at least the threshold. IoU in float32, inter / ((areaA + areaB) − inter).
 *
 * mmcv `nms_match`. `composed` runs `maxKeepers` rounds on [groupCount, n]: give a bound where a device runs it.
 */
export const greedyNmsMatch: Operation<NmsMatchInputs, NmsMatchAttributes, Tensor1D> = defineOperation(
  'GreedyNmsMatch',
  { composed: nmsMatchComposed, host: nmsMatchOnHost },
);
