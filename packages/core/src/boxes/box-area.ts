import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { mul, squeeze, sub, tidy, zeros } from '@tensorflow/tfjs-core';
import { demandBoxes } from './check-boxes.ts';
import { columnsOf } from './corners.ts';

/** boxes [n, 4] x1 y1 x2 y2 → [n] (x2 - x1) · (y2 - y1), square pixels. Differentiable. Throws when `boxes` is not [n, 4]. */
export function boxArea(boxes: Tensor2D): Tensor1D {
  demandBoxes('boxes', boxes);
  if (boxes.shape[0] === 0) return zeros([0]);
  return tidy(() => {
    const { x1, y1, x2, y2 } = columnsOf(boxes);
    return squeeze<Tensor1D>(mul(sub(x2, x1), sub(y2, y1)), [1]);
  });
}
