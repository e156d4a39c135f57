import type { Tensor2D } from '@tensorflow/tfjs-core';
import { clipByValue, clone, concat, mul, slice, sub, add, tidy } from '@tensorflow/tfjs-core';
import { clipBoxes } from '../boxes/clip-boxes.ts';
import type { Given, OptionSpec } from '../options.ts';
import { checkOptions, numberOption } from '../options.ts';
import type { BoxCoder } from './box-coder.ts';
import { demandRows } from './box-coder.ts';

/** Options of {@link distancePointCoder}. */
export interface DistancePointCoderOptions {
  /** Encoded distances are within [0, maxDistance − eps], pixels. Default Infinity: no limit, on either side. */
  readonly maxDistance: number;
  /** See `maxDistance`; distribution focal loss wants a target below the last bin. Default .1. */
  readonly eps: number;
}

/**
 * Left, top, right, bottom: how far each side of a box is from the centre of the anchor, outwards, in pixels.
 *
 * Throws for an option that is unknown or out of range, or tensors that are not [n, 4].
 *
 * Source: FCOS (Tian et al. 2019) §3.1; mmdet 3.3 `DistancePointBBoxCoder`.
 */
export function distancePointCoder(options: Given<DistancePointCoderOptions> = {}): BoxCoder {
  const { maxDistance, eps } = checkOptions<DistancePointCoderOptions>(
    '@equipoise/core',
    { maxDistance: MAX_DISTANCE, eps: numberOption(0.1, { min: 0 }) },
    options,
  );
  return {
    name: 'distance-point',
    encode: (anchors, boxes) => {
      demandRows(anchors, 'boxes', boxes);
      if (boxes.shape[0] === 0) return clone(boxes);
      return tidy(() => {
        const centre = centreOf(anchors);
        const low = slice(boxes, [0, 0], [-1, 2]);
        const high = slice(boxes, [0, 2], [-1, 2]);
        const distances = concat([sub<Tensor2D>(centre, low), sub<Tensor2D>(high, centre)], 1);
        return maxDistance === Infinity ? distances : clipByValue(distances, 0, maxDistance - eps);
      });
    },
    decode: (anchors, deltas, imageSize) => {
      demandRows(anchors, 'deltas', deltas);
      if (deltas.shape[0] === 0) return clone(deltas);
      return tidy(() => {
        const centre = centreOf(anchors);
        const before = slice(deltas, [0, 0], [-1, 2]);
        const behind = slice(deltas, [0, 2], [-1, 2]);
        const boxes = concat([sub<Tensor2D>(centre, before), add<Tensor2D>(centre, behind)], 1);
        return imageSize ? clipBoxes(boxes, imageSize) : boxes;
      });
    },
  };
}

const MAX_DISTANCE: OptionSpec<number> = {
  default: Infinity,
  expected: 'a number of pixels > 0',
  accepts: (value) => typeof value === 'number' && value > 0,
};

/** [n, 2] x y. */
function centreOf(anchors: Tensor2D): Tensor2D {
  return mul(add(slice(anchors, [0, 0], [-1, 2]), slice(anchors, [0, 2], [-1, 2])), 0.5);
}
