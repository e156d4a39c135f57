import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { tidy } from '@tensorflow/tfjs-core';
import { greedyNms } from '../operations/greedy-nms.ts';
import type { Given } from '../options.ts';
import { demandBoxes, demandVector } from './check-boxes.ts';
import type { BatchedNmsOptions } from './nms-options.ts';
import { batchedNmsOptions } from './nms-options.ts';
import type { NmsSelection } from './nms-selection.ts';
import { selectKept } from './nms-selection.ts';

/** Options of {@link batchedNms}: all but `classCount` may be left out. */
export type GivenBatchedNmsOptions = Given<BatchedNmsOptions> & Pick<BatchedNmsOptions, 'classCount'>;

/**
 * Greedy non-maximum suppression within each class: boxes of different classes do not suppress each other. Exact for any coordinates,
 * unlike the usual trick of moving each class to a place of its own (mmcv, torchvision), where negative coordinates collide and large
 * ones lose precision. A box whose class is not in [0, classCount) is never kept.
 *
 * The classes may be any groups, such as image × class. No gradient flows. Throws as `nms` does, and when `classCount` is missing.
 *
 * @param boxes - [n, 4] x1 y1 x2 y2, pixels
 * @param scores - [n]
 * @param classes - [n] int32
 */
export function batchedNms(
  boxes: Tensor2D,
  scores: Tensor1D,
  classes: Tensor1D,
  options: GivenBatchedNmsOptions,
): NmsSelection {
  return tidy(() => {
    const mask = batchedNmsMask(boxes, scores, classes, options);
    return selectKept(mask, scores, batchedNmsOptions(options, boxes.shape[0]).maxOutput);
  });
}

/**
 * As {@link batchedNms}, but gives [n] float32: 1 where a box is kept, else 0. The bound is `maxPerClass` (default `maxOutput`) in each
 * class; `maxOutput` over all classes is not applied.
 */
export function batchedNmsMask(
  boxes: Tensor2D,
  scores: Tensor1D,
  classes: Tensor1D,
  options: GivenBatchedNmsOptions,
): Tensor1D {
  demandBoxes('boxes', boxes);
  const count = boxes.shape[0];
  demandVector('scores', scores, count, 'float32');
  demandVector('classes', classes, count, 'int32');
  const { maxOutput, maxPerClass, classCount, ...inForce } = batchedNmsOptions(options, count);
  return tidy(() =>
    greedyNms(
      { boxes, scores, group: classes },
      { ...inForce, groupCount: classCount, maxPerGroup: Math.min(maxPerClass, maxOutput, count) },
    ),
  );
}
