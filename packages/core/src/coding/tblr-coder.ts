import type { Tensor2D } from '@tensorflow/tfjs-core';
import { add, clone, concat, div, maximum, mul, split, sub, tidy } from '@tensorflow/tfjs-core';
import { clipBoxes } from '../boxes/clip-boxes.ts';
import { columnsOf } from '../boxes/corners.ts';
import type { Given } from '../options.ts';
import { checkOptions, flagOption, numberOption } from '../options.ts';
import type { BoxCoder } from './box-coder.ts';
import { demandRows } from './box-coder.ts';

/** Options of {@link tblrCoder}. */
export interface TblrCoderOptions {
  /** What distances are divided by. Default 4. */
  readonly normalizer: number;
  /** Whether distances are measured in widths and heights of the anchor (default), or else in pixels. */
  readonly normalizeBySize: boolean;
}

const SMALLEST_SIDE = 1e-6;

/**
 * Top, bottom, left, right: how far each side of a box is from the centre of the anchor, outwards, in heights and widths of the anchor
 * over `normalizer`. Sides of anchors are taken to be at least 1e-6 pixels when encoding.
 *
 * Throws for an option that is unknown or out of range, or tensors that are not [n, 4].
 *
 * Source: FSAF (Zhu et al. 2019); mmdet 3.3 `TBLRBBoxCoder`.
 */
export function tblrCoder(options: Given<TblrCoderOptions> = {}): BoxCoder {
  const { normalizer, normalizeBySize } = checkOptions<TblrCoderOptions>(
    '@equipoise/core',
    { normalizer: numberOption(4, { min: 1e-6 }), normalizeBySize: flagOption(true) },
    options,
  );
  return {
    name: 'tblr',
    encode: (anchors, boxes) => {
      demandRows(anchors, 'boxes', boxes);
      if (boxes.shape[0] === 0) return clone(boxes);
      return tidy(() => {
        const { x, y, width, height } = anchorColumns(anchors);
        const { x1, y1, x2, y2 } = columnsOf(boxes);
        const scaled = (distance: Tensor2D, side: Tensor2D): Tensor2D =>
          div(normalizeBySize ? div(distance, maximum(side, SMALLEST_SIDE)) : distance, normalizer);
        return concat(
          [
            scaled(sub(y, y1), height),
            scaled(sub(y2, y), height),
            scaled(sub(x, x1), width),
            scaled(sub(x2, x), width),
          ],
          1,
        );
      });
    },
    decode: (anchors, deltas, imageSize) => {
      demandRows(anchors, 'deltas', deltas);
      if (deltas.shape[0] === 0) return clone(deltas);
      return tidy(() => {
        const { x, y, width, height } = anchorColumns(anchors);
        const [top, bottom, left, right] = split(deltas, 4, 1) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
        const pixels = (distance: Tensor2D, side: Tensor2D): Tensor2D => {
          const whole = mul<Tensor2D>(distance, normalizer);
          return normalizeBySize ? mul(whole, side) : whole;
        };
        const boxes = concat(
          [
            sub<Tensor2D>(x, pixels(left, width)),
            sub<Tensor2D>(y, pixels(top, height)),
            add<Tensor2D>(x, pixels(right, width)),
            add<Tensor2D>(y, pixels(bottom, height)),
          ],
          1,
        );
        return imageSize ? clipBoxes(boxes, imageSize) : boxes;
      });
    },
  };
}

/** [n, 1] each: the centres and sizes of anchors. */
function anchorColumns(anchors: Tensor2D) {
  const { x1, y1, x2, y2 } = columnsOf(anchors);
  return {
    x: mul<Tensor2D>(add(x1, x2), 0.5),
    y: mul<Tensor2D>(add(y1, y2), 0.5),
    width: sub<Tensor2D>(x2, x1),
    height: sub<Tensor2D>(y2, y1),
  };
}
