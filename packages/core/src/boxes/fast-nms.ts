import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { cast, greater, lessEqual, max, mul, tidy, zeros } from '@tensorflow/tfjs-core';
import type { Given } from '../options.ts';
import { demandBoxes, demandVector } from './check-boxes.ts';
import type { NmsOptions } from './nms-options.ts';
import { nmsOptionsWithoutOffset } from './nms-options.ts';
import type { NmsSelection } from './nms-selection.ts';
import { selectKept } from './nms-selection.ts';
import { precedingOverlaps } from './precedence.ts';

/** Options of {@link fastNms}. */
export type FastNmsOptions = Omit<NmsOptions, 'offset'>;

/**
 * Fast NMS: drops every box that overlaps any box of higher score of its class by more than `iouThreshold`, even one that is itself
 * dropped, so that all are judged in parallel. It keeps no box that `nms` drops. Holds n² numbers several times over: hand in the best few
 * hundred. No gradient flows. Throws as `nms` does.
 *
 * Source: YOLACT (Bolya et al. 2019) §3.4.
 *
 * @param boxes - [n, 4] x1 y1 x2 y2, pixels
 * @param scores - [n]
 * @param classes - [n] int32; without it all are of one class
 */
export function fastNms(
  boxes: Tensor2D,
  scores: Tensor1D,
  options: Given<FastNmsOptions> = {},
  classes?: Tensor1D,
): NmsSelection {
  demandBoxes('boxes', boxes);
  const count = boxes.shape[0];
  demandVector('scores', scores, count, 'float32');
  if (classes) demandVector('classes', classes, count, 'int32');
  const { iouThreshold, scoreThreshold, maxOutput } = nmsOptionsWithoutOffset(options, count);
  return tidy(() => {
    if (count === 0) return selectKept(zeros([0]), scores, maxOutput);
    const worst = max<Tensor1D>(precedingOverlaps(boxes, scores, classes), 0);
    const apart = cast<Tensor1D>(lessEqual(worst, iouThreshold), 'float32');
    return selectKept(mul(apart, cast(greater(scores, scoreThreshold), 'float32')), scores, maxOutput);
  });
}
