import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { cast, greater, tidy, zeros } from '@tensorflow/tfjs-core';
import { greedyNmsMatch } from '../operations/nms-match.ts';
import { LOWEST_SCORE } from '../operations/lowest-score.ts';
import type { Given } from '../options.ts';
import { checkOptions, numberOption } from '../options.ts';
import { demandBoxes, demandVector } from './check-boxes.ts';

/** Options of {@link nmsMatch}. */
export interface NmsMatchOptions {
  /** A box belongs to a kept one from this IoU on (≥, where plain NMS has >). In [1e-6, 1]. Default .5. */
  readonly iouThreshold: number;
  /** Only scores greater than this (strictly) take part. Default: all but NaN and -Infinity. */
  readonly scoreThreshold: number;
  /** How many boxes are kept at most. Default: as many as there are. On WebGPU the work is one round per box that may be kept. */
  readonly maxKeepers: number;
}

/**
 * Non-maximum suppression that remembers who suppressed whom: [n] int32, for each box the index of the kept box that it belongs to. A kept
 * box belongs to itself, and so does one that takes no part, or that is left over once `maxKeepers` are kept. All that belong to the same
 * box are a group of predictions of what is probably one object. Equal scores go to the lower index. Exact in float32.
 *
 * No gradient flows. Throws when `boxes` is not [n, 4] float32, `scores` not [n] float32, or an option is unknown or out of range.
 *
 * Source: mmcv `nms_match`; PISA (Cao et al. 2020) §3.2.
 *
 * @param boxes - [n, 4] x1 y1 x2 y2, pixels
 * @param scores - [n]
 */
export function nmsMatch(boxes: Tensor2D, scores: Tensor1D, options: Given<NmsMatchOptions> = {}): Tensor1D {
  demandBoxes('boxes', boxes);
  const count = boxes.shape[0];
  demandVector('scores', scores, count, 'float32');
  const { scoreThreshold, ...inForce } = checkOptions<NmsMatchOptions>(
    '@equipoise/core',
    {
      iouThreshold: numberOption(0.5, { min: 1e-6, max: 1 }),
      scoreThreshold: numberOption(LOWEST_SCORE),
      maxKeepers: numberOption(count, { min: 0, integer: true }),
    },
    options,
  );
  return tidy(() => {
    const eligible = cast<Tensor1D>(greater(scores, scoreThreshold), 'float32');
    const group: Tensor1D = zeros([count], 'int32');
    return greedyNmsMatch({ boxes, scores, group, eligible }, { ...inForce, groupCount: 1 });
  });
}
