import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { add, cast, maximum, minimum, zeros } from '@tensorflow/tfjs-core';
import { demandBoxes } from '../boxes/check-boxes.ts';
import { maxIouAssignment } from '../operations/max-iou-assignment.ts';
import type { Given } from '../options.ts';
import type { MaxIouOptions } from './max-iou-options.ts';
import { maxIouAttributes, maxIouOptions } from './max-iou-options.ts';

/** What each anchor is to learn. */
export type Assignment = {
  /** [n] int32: the index of the ground truth of a positive, else -1. */
  readonly groundTruth: Tensor1D;
  /** [n] int32: 1 positive, 0 negative, -1 ignored. */
  readonly state: Tensor1D;
  /** [n] the largest IoU of each anchor: 0 without ground truths, -1 in ignored regions. */
  readonly maxOverlaps: Tensor1D;
};

/**
 * The checked assignment as its operation gives it, but float: the ground truth of each anchor, or -1 negative, -2 ignored; and its largest
 * IoU. Float holds any count of boxes exactly, and some backends lack int32 arithmetic. To be called in a tidy scope.
 */
export function assignedCodes(
  anchors: Tensor2D,
  boxes: Tensor2D,
  options: Given<MaxIouOptions>,
  ignored: Tensor2D | undefined,
): [code: Tensor1D, maxOverlaps: Tensor1D] {
  demandBoxes('anchors', anchors);
  demandBoxes('boxes', boxes);
  if (ignored) demandBoxes('ignored', ignored);
  const attributes = maxIouAttributes(maxIouOptions(options), boxes.shape[0]);
  const [assigned, maxOverlaps] = maxIouAssignment(
    { anchors, boxes, ignored: ignored ?? zeros([0, 4]) },
    attributes,
  );
  return [cast<Tensor1D>(assigned, 'float32'), maxOverlaps];
}

/** Takes codes apart. To be called in a tidy scope. */
export function assignmentOf(code: Tensor1D, maxOverlaps: Tensor1D): Assignment {
  return {
    groundTruth: cast(maximum<Tensor1D>(code, -1), 'int32'),
    state: cast(minimum<Tensor1D>(add(code, 1), 1), 'int32'),
    maxOverlaps,
  };
}

/** Puts them together again: [n] float, the ground truth, or -1 negative, -2 ignored. To be called in a tidy scope. */
export function codesOf({ groundTruth, state }: Assignment): Tensor1D {
  return add(cast(groundTruth, 'float32'), minimum(cast(state, 'float32'), 0));
}
