import type { Tensor2D } from '@tensorflow/tfjs-core';
import { demandBoxes } from '../boxes/check-boxes.ts';
import { demand } from '../errors.ts';

/** Turns boxes into what a network predicts, and back. */
export interface BoxCoder {
  readonly name: string;
  /** anchors [n, 4], boxes [n, 4], x1 y1 x2 y2 in pixels → deltas [n, 4]. */
  encode(anchors: Tensor2D, boxes: Tensor2D): Tensor2D;
  /** anchors [n, 4], deltas [n, 4] → boxes [n, 4], pixels; clipped to the image when `imageSize` is given. Differentiable. */
  decode(anchors: Tensor2D, deltas: Tensor2D, imageSize?: readonly [height: number, width: number]): Tensor2D;
}

/** Throws unless both are [n, 4], as many of one as of the other. */
export function demandRows(anchors: Tensor2D, subject: string, other: Tensor2D): void {
  demandBoxes('anchors', anchors);
  demandBoxes(subject, other);
  demand(anchors.shape[0] === other.shape[0], {
    package: '@equipoise/core',
    subject,
    expected: `as many rows as anchors (${anchors.shape[0]})`,
    actual: other.shape[0],
  });
}
