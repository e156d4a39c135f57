import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { add, cast, greater, greaterEqual, mul, sub, zerosLike } from '@tensorflow/tfjs-core';
import { demandBoxes, demandVector } from '../boxes/check-boxes.ts';
import { demand } from '../errors.ts';
import type { OptionSpec } from '../options.ts';
import { numberOption } from '../options.ts';
import { assignedCodes } from './assigned-codes.ts';
import type { ImageTruth, Predictions } from './image-truth.ts';

/** The option that all assigners but MaxIoU share. */
export const IGNORE_IOF: OptionSpec<number> = numberOption(0.5);

/** [n] the largest IoU of each anchor, -1 in ignored regions; and 1 where an anchor may become a positive. */
export function overlapsAndEligible(
  anchors: Tensor2D,
  boxes: Tensor2D,
  ignored: Tensor2D | undefined,
  ignoreIofThreshold: number,
): { maxOverlaps: Tensor1D; eligible: Tensor1D } {
  const [, maxOverlaps] = assignedCodes(
    anchors,
    boxes,
    { ignoreIofThreshold, matchLowQuality: false },
    ignored,
  );
  return { maxOverlaps, eligible: cast(greaterEqual(maxOverlaps, 0), 'float32') };
}

/** [n] the overlaps as mmdet gives them: those of matches, `missing` elsewhere, 0 where there was nothing to match. */
export function mmdetOverlaps(overlaps: Tensor1D, missing: number, boxCount: number): Tensor1D {
  if (boxCount === 0) return zerosLike(overlaps);
  const matched = cast<Tensor1D>(greater(overlaps, -1), 'float32');
  return add(mul(overlaps, matched), mul(sub(1, matched), missing));
}

/** Throws unless predictions, ground truths and classes have the shapes that they should. */
export function demandCandidates(anchors: Tensor2D, predictions: Predictions, truth: ImageTruth): void {
  demandBoxes('anchors', anchors);
  demandBoxes('predictions.boxes', predictions.boxes);
  demandBoxes('boxes', truth.boxes);
  demandVector('classes', truth.classes, truth.boxes.shape[0], 'int32');
  const count = anchors.shape[0];
  const { scores } = predictions;
  demand(predictions.boxes.shape[0] === count, {
    package: '@equipoise/core',
    subject: 'predictions.boxes',
    expected: `as many boxes as anchors (${count})`,
    actual: predictions.boxes.shape,
  });
  demand(scores.rank === 2 && scores.shape[0] === count && scores.dtype === 'float32', {
    package: '@equipoise/core',
    subject: 'predictions.scores',
    expected: `float32 of shape [${count}, classes]`,
    actual: scores.shape,
  });
}
