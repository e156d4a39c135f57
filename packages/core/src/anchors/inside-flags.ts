import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { clone, greaterEqual, less, logicalAnd, split, squeeze, tidy } from '@tensorflow/tfjs-core';
import { demandBoxes, demandSize, demandVector } from '../boxes/check-boxes.ts';
import { demand } from '../errors.ts';

/**
 * Which anchors are valid and lie inside the image: x1, y1 ≥ -border, x2 < width + border, y2 < height + border. → [n] bool.
 *
 * Throws when shapes differ from those stated.
 *
 * Source: mmdet 3.3 `anchor_inside_flags`.
 *
 * @param anchors - [n, 4] x1 y1 x2 y2, pixels
 * @param valid - [n] bool, from `validFlags`
 * @param imageSize - [height, width] without padding, pixels
 * @param allowedBorder - how far they may stick out, pixels, default 0; negative (RetinaNet, -1): anywhere, so `valid` alone counts
 */
export function insideFlags(
  anchors: Tensor2D,
  valid: Tensor1D,
  imageSize: readonly [height: number, width: number],
  allowedBorder: number = 0,
): Tensor1D {
  demandBoxes('anchors', anchors);
  demandVector('valid', valid, anchors.shape[0], 'bool');
  demandSize('imageSize', imageSize);
  demand(Number.isFinite(allowedBorder), {
    package: '@equipoise/core',
    subject: 'allowedBorder',
    expected: 'a number of pixels',
    actual: allowedBorder,
  });
  if (allowedBorder < 0 || anchors.shape[0] === 0) return clone(valid);
  const [height, width] = imageSize;
  return tidy(() => {
    const [x1, y1, x2, y2] = split(anchors, 4, 1).map((column) => squeeze<Tensor1D>(column, [1])) as [
      Tensor1D,
      Tensor1D,
      Tensor1D,
      Tensor1D,
    ];
    const low = logicalAnd(greaterEqual(x1, -allowedBorder), greaterEqual(y1, -allowedBorder));
    const high = logicalAnd(less(x2, width + allowedBorder), less(y2, height + allowedBorder));
    return logicalAnd(valid, logicalAnd(low, high));
  });
}
