import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { Operation } from './operation.ts';
import { defineOperation } from './operation.ts';
import { taskAlignedAssignmentComposed } from './task-aligned-assignment-composed.ts';
import { taskAlignedAssignmentOnHost } from './task-aligned-assignment-host.ts';

/** Tensors of {@link taskAlignedAssignment}. */
export type TaskAlignedAssignmentInputs = {
  /** [n, 4] x1 y1 x2 y2, pixels. */
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

/** Attributes of {@link taskAlignedAssignment}. */
export interface TaskAlignedAssignmentAttributes {
  /** How many anchors a ground truth considers. */
  readonly topK: number;
  /** Powers of score and IoU in the alignment. */
  readonly alpha: number;
  readonly beta: number;
}

/**
 * Task-aligned assignment (TOOD, Feng et al. 2021). Outputs: [n] int32, the index of the ground truth, or -1 negative, -2 ignored; [n]
 * float32, the IoU of the predicted box with it, -1 where there is none; and [n] float32, the alignment with it, 0 where there is none.
 * O(n + k) memory on the host, blocks of bounded size in tfjs ops.
 */
export const taskAlignedAssignment: Operation<
  TaskAlignedAssignmentInputs,
  TaskAlignedAssignmentAttributes,
  [assigned: Tensor1D, overlaps: Tensor1D, alignment: Tensor1D]
> = defineOperation('TaskAlignedAssignment', {
  composed: taskAlignedAssignmentComposed,
  host: taskAlignedAssignmentOnHost,
});
