import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { cast, greaterEqual, scalar, sum, tidy } from '@tensorflow/tfjs-core';
import { greedySoftNms } from '../operations/soft-nms.ts';
import type { Given } from '../options.ts';
import { checkOptions, choiceOption, numberOption } from '../options.ts';
import { demandBoxes, demandVector } from './check-boxes.ts';

/** Options of {@link softNms}. */
export interface SoftNmsOptions {
  /**
   * How a score decays by the IoU u with a box that is picked: `linear` (default) by 1 − u and `naive` to 0, both where
   * u ≥ `iouThreshold`; `gaussian` by e^(−u²/`sigma`).
   */
  readonly method: 'naive' | 'linear' | 'gaussian';
  /** In (0, 1]. Default .3. */
  readonly iouThreshold: number;
  /** Default .5. */
  readonly sigma: number;
  /** Only scores of at least this come out, > 0. Default .001. */
  readonly minScore: number;
  /** How many boxes come out at most. Default: as many as go in. On WebGPU the work is one round per box that may come out. */
  readonly maxOutput: number;
  /** 1 for the legacy width x2 - x1 + 1, else 0 (default). */
  readonly offset: 0 | 1;
}

/** What soft-NMS leaves, in a shape known beforehand. */
export type SoftNmsSelection = {
  /** [maxOutput] int32: boxes by descending decayed score (ties: the lower index first), then -1. */
  readonly indices: Tensor1D;
  /** [maxOutput] their decayed scores, then 0. */
  readonly scores: Tensor1D;
  /** int32: how many of them are no padding. */
  readonly count: Scalar;
};

/**
 * Soft non-maximum suppression: picks the highest score, lets the scores of the others decay the more they overlap it, and so on.
 *
 * No gradient flows. Throws when `boxes` is not [n, 4] float32, `scores` not [n] float32, or an option is unknown or out of range.
 *
 * Source: Bodla et al. 2017; mmcv `soft_nms`, which differs in that ties go by an order that its swaps disturb, and that the best box comes
 * out whatever its score.
 *
 * @param boxes - [n, 4] x1 y1 x2 y2, pixels
 * @param scores - [n]
 */
export function softNms(
  boxes: Tensor2D,
  scores: Tensor1D,
  options: Given<SoftNmsOptions> = {},
): SoftNmsSelection {
  demandBoxes('boxes', boxes);
  const size = boxes.shape[0];
  demandVector('scores', scores, size, 'float32');
  const inForce = checkOptions<SoftNmsOptions>(
    '@equipoise/core',
    {
      method: choiceOption(['naive', 'linear', 'gaussian'], 'linear'),
      iouThreshold: numberOption(0.3, { min: 1e-6, max: 1 }),
      sigma: numberOption(0.5, { min: 1e-6 }),
      minScore: numberOption(1e-3, { min: 1e-30 }),
      maxOutput: numberOption(size, { min: 0, integer: true }),
      offset: { default: 0, expected: '0 or 1', accepts: (value) => value === 0 || value === 1 },
    },
    options,
  );
  return tidy(() => {
    const [indices, decayed] = greedySoftNms({ boxes, scores }, inForce);
    // The wasm backend's sum over nothing is not 0.
    const count = inForce.maxOutput > 0 ? sum(cast(greaterEqual(indices, 0), 'int32')) : scalar(0, 'int32');
    return { indices, scores: decayed, count: count as Scalar };
  });
}
