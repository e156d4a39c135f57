import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { tidy, zeros } from '@tensorflow/tfjs-core';
import { greedyNms } from '../operations/greedy-nms.ts';
import type { Given } from '../options.ts';
import { demandBoxes, demandVector } from './check-boxes.ts';
import type { NmsOptions } from './nms-options.ts';
import { nmsOptions } from './nms-options.ts';
import type { NmsSelection } from './nms-selection.ts';
import { selectKept } from './nms-selection.ts';

/**
 * Greedy non-maximum suppression: keeps the highest score, drops what overlaps it by more than `iouThreshold`, and so on. Equal scores
 * go to the lower index. Exact in float32, the inequality of torchvision `nms` and mmcv `nms`.
 *
 * No gradient flows. Throws when `boxes` is not [n, 4] float32, `scores` not [n] float32, or an option is unknown or out of range.
 *
 * @param boxes - [n, 4] x1 y1 x2 y2, pixels
 * @param scores - [n]
 * @example
 * import { nms } from '@equipoise/core';
 * import { tensor1d, tensor2d } from '@tensorflow/tfjs-core';
 *
 * const boxes = tensor2d([[0, 0, 10, 10], [1, 0, 11, 10], [20, 0, 30, 10]]);
 * const { indices } = nms(boxes, tensor1d([0.6, 0.9, 0.3]), { iouThreshold: 0.5 });
 * console.log(indices.arraySync()); // → [1, 2, -1]
 */
export function nms(boxes: Tensor2D, scores: Tensor1D, options: Given<NmsOptions> = {}): NmsSelection {
  return tidy(() => {
    const mask = nmsMask(boxes, scores, options);
    return selectKept(mask, scores, nmsOptions(options, boxes.shape[0]).maxOutput);
  });
}

/** As {@link nms}, but gives [n] float32: 1 where a box is kept, else 0. */
export function nmsMask(boxes: Tensor2D, scores: Tensor1D, options: Given<NmsOptions> = {}): Tensor1D {
  demandBoxes('boxes', boxes);
  const count = boxes.shape[0];
  demandVector('scores', scores, count, 'float32');
  const { maxOutput, ...inForce } = nmsOptions(options, count);
  return tidy(() =>
    greedyNms(
      { boxes, scores, group: zeros([count], 'int32') },
      { ...inForce, groupCount: 1, maxPerGroup: Math.min(maxOutput, count) },
    ),
  );
}
