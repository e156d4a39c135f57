import type { Tensor2D } from '@tensorflow/tfjs-core';
import { clipByValue, clone, concat, split, tidy } from '@tensorflow/tfjs-core';
import { demandBoxes, demandSize } from './check-boxes.ts';

/**
 * Moves every corner into the image: x into [0, width], y into [0, height]. Differentiable; the gradient of a corner that was moved is
 * zero. Throws when `boxes` is not [n, 4] or a side of the image is not positive.
 *
 * Source: mmdet `DeltaXYWHBBoxCoder` and torchvision `clip_boxes_to_image`, which agree.
 *
 * @param boxes - [n, 4] x1 y1 x2 y2, pixels
 * @param imageSize - [height, width], pixels
 */
export function clipBoxes(boxes: Tensor2D, imageSize: readonly [height: number, width: number]): Tensor2D {
  demandBoxes('boxes', boxes);
  demandSize('imageSize', imageSize);
  if (boxes.shape[0] === 0) return clone(boxes);
  const [height, width] = imageSize;
  return tidy(() => {
    const [x1, y1, x2, y2] = split(boxes, 4, 1) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
    return concat(
      [
        clipByValue(x1, 0, width),
        clipByValue(y1, 0, height),
        clipByValue(x2, 0, width),
        clipByValue(y2, 0, height),
      ],
      1,
    );
  });
}
