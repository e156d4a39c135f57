import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { Operation } from './operation.ts';
import { defineOperation } from './operation.ts';
import { simOtaAssignmentComposed } from './sim-ota-assignment-composed.ts';
import { simOtaAssignmentOnHost } from './sim-ota-assignment-host.ts';

/** Tensors of {@link simOtaAssignment}. */
export type SimOtaAssignmentInputs = {
  /** [n, 4] x1 y1 x2 y2, pixels: the cell of each prior, as wide and high as its stride. */
  readonly anchors: Tensor2D;
  /** [n, 4] the boxes that are predicted. */
  readonly predicted: Tensor2D;
  /** [n, C] the class probabilities that are predicted. */
  readonly scores: Tensor2D;
  /** [k, 4] ground truths. */
  readonly boxes: Tensor2D;
  /** [k] int32, 0…C-1. */
  readonly classes: Tensor1D;
  /** [n] float32: 0 at anchors to be ignored, else 1. */
  readonly eligible: Tensor1D;
};

/** Attributes of {@link simOtaAssignment}. */
export interface SimOtaAssignmentAttributes {
  /** Half the side of the region round the centre of a ground truth, in strides. */
  readonly centreRadius: number;
  /** How many of the largest IoUs are summed to see how many anchors a ground truth takes. */
  readonly candidateTopK: number;
  readonly iouWeight: number;
  readonly classWeight: number;
  /**
   * `box-and-centre`: an anchor is a candidate if its centre is in a ground truth or its centre region, and costs `penalty` where it is not
   * in both (mmdet); `centre`: only the centre region counts (YOLOX).
   */
  readonly region: 'box-and-centre' | 'centre';
  readonly penalty: number;
  /** What is added to the IoU before its logarithm. */
  readonly epsilon: number;
  /** Whether ground truths without area match nothing. */
  readonly skipEmpty: boolean;
  /** Whether equal costs fall as in `torch.topk` on the CPU, or to the lower index; always the latter in tfjs ops. */
  readonly torchTies: boolean;
}

/**
 * SimOTA (YOLOX, Ge et al. 2021). Outputs: [n] int32, the index of the ground truth, or -1 negative, -2 ignored; and [n] float32, the IoU
 * of the predicted box with it, -1 where there is none. O(n + k) memory on the host, blocks of bounded size in tfjs ops. All costs in
 * float32, where the penalty rounds them.
 */
export const simOtaAssignment: Operation<
  SimOtaAssignmentInputs,
  SimOtaAssignmentAttributes,
  [assigned: Tensor1D, overlaps: Tensor1D]
> = defineOperation('SimOtaAssignment', { composed: simOtaAssignmentComposed, host: simOtaAssignmentOnHost });
