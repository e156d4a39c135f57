import type { Tensor1D } from '@tensorflow/tfjs-core';
import { add, cast, gather, greater, maximum, mul, tidy, where } from '@tensorflow/tfjs-core';
import { demandVector } from '../boxes/check-boxes.ts';
import { demand } from '../errors.ts';
import type { Assignment } from './assigned-codes.ts';

/**
 * The labels of {@link Assignment} as `Samples` wants them: [n] int32, the class 0…classCount-1 of a positive's ground truth, classCount
 * (background) for negatives, -1 for ignored anchors.
 *
 * Throws when `classes` is no int32 vector or `classCount` is not a positive integer.
 *
 * @param classes - [k] int32, the class of each ground truth
 */
export function assignedLabels(assignment: Assignment, classes: Tensor1D, classCount: number): Tensor1D {
  demandVector('classes', classes, classes.size, 'int32');
  demand(Number.isInteger(classCount) && classCount > 0, {
    package: '@equipoise/core',
    subject: 'classCount',
    expected: 'an integer ≥ 1',
    actual: classCount,
  });
  return tidy(() => {
    const state = cast<Tensor1D>(assignment.state, 'float32');
    const otherwise = add<Tensor1D>(mul(state, classCount + 1), classCount);
    if (classes.shape[0] === 0) return cast(otherwise, 'int32');
    const groundTruth = maximum<Tensor1D>(cast(assignment.groundTruth, 'float32'), 0);
    const own: Tensor1D = cast(gather(classes, cast(groundTruth, 'int32')), 'float32');
    return cast<Tensor1D>(where(greater(state, 0), own, otherwise), 'int32');
  });
}
