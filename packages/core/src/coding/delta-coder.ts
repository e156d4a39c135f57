import type { Tensor2D } from '@tensorflow/tfjs-core';
import { clone, concat, div, log, maximum, sub, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { clipBoxes } from '../boxes/clip-boxes.ts';
import type { Given, OptionSpec } from '../options.ts';
import { checkOptions, choiceOption } from '../options.ts';
import { isRecording } from '../operations/is-recording.ts';
import type { BoxCoder } from './box-coder.ts';
import { demandRows } from './box-coder.ts';
import { centreAndSize } from './centre-and-size.ts';
import type { DecodeDeltasAttributes, FourNumbers } from './decode-deltas.ts';
import { decodeDeltas } from './decode-deltas.ts';

/** Which references' limit holds for the decoded size relative to the anchor's. */
export type DeltaClamp = 'torchvision' | 'mmdet' | 'none';

/** Options of {@link deltaCoder}. */
export interface DeltaCoderOptions {
  /** What is subtracted from a delta. Default [0, 0, 0, 0]. */
  readonly means: FourNumbers;
  /** What a delta is divided by. Default [.1, .1, .2, .2]. */
  readonly stds: FourNumbers;
  /**
   * Limits dw and dh (after means and stds are undone) before the exponential:
   * - `torchvision` (default; detectron2 too): at most ln(1000/16) = 4.135, so that no box overflows; a box may shrink freely and
   *   always gets a gradient that lets it grow again;
   * - `mmdet`: within ±4.135; below, the gradient is zero;
   * - `none`: no limit; a large delta overflows.
   */
  readonly clamp: DeltaClamp;
  /**
   * Limits the move of the centre to ± this many pixels, and dw and dh from above only (mmdet's `add_ctr_clamp`, `ctr_clamp`; YOLOF
   * uses 32). Default 0: no limit.
   */
  readonly centreClamp: number;
}

/** Turns boxes into the deltas that a network predicts, and back. */
export interface DeltaCoder extends BoxCoder {
  readonly name: 'delta-xywh';
  readonly means: FourNumbers;
  readonly stds: FourNumbers;
  readonly options: Readonly<DeltaCoderOptions>;
  /**
   * anchors [n, 4], boxes [n, 4], pixels → deltas [n, 4]. Sides are taken to be at least 1e-6 pixels, so that a degenerate box gives a
   * large but finite delta.
   */
  encode(anchors: Tensor2D, boxes: Tensor2D): Tensor2D;
  /**
   * anchors [n, 4], deltas [n, 4] → boxes [n, 4], pixels; clipped to the image when `imageSize` is given. Differentiable with respect
   * to both.
   */
  decode(anchors: Tensor2D, deltas: Tensor2D, imageSize?: readonly [height: number, width: number]): Tensor2D;
}

/** ln(1000/16), the limit of dw and dh in all references. */
const LARGEST_GROWTH: number = Math.log(1000 / 16);
const SMALLEST_SIDE = 1e-6;

/**
 * The R-CNN box parametrisation: with centre (x, y) and size (w, h) of the box and (xₐ, yₐ, wₐ, hₐ) of the anchor
 *
 *     dx = (x - xₐ) / wₐ   dy = (y - yₐ) / hₐ   dw = ln(w / wₐ)   dh = ln(h / hₐ)   delta = (d - means) / stds
 *
 * Throws for an unknown option, a std that is not positive, or tensors that are not [n, 4].
 *
 * Source: Girshick et al. 2014, appendix C; mmdet 3.3 `DeltaXYWHBBoxCoder`, torchvision `BoxCoder`.
 * @example
 * import { deltaCoder } from '@equipoise/core';
 * import { tensor2d } from '@tensorflow/tfjs-core';
 *
 * const anchors = tensor2d([[0, 0, 10, 10]]);
 * const deltas = deltaCoder().encode(anchors, tensor2d([[5, 0, 15, 10]]));
 * console.log(deltas.arraySync()); // → [[5, 0, 0, 0]]
 */
export function deltaCoder(options: Given<DeltaCoderOptions> = {}): DeltaCoder {
  const inForce = checkOptions<DeltaCoderOptions>('@equipoise/core', SPECS, options);
  const { means, stds } = inForce;
  const limits = { means, stds, ...limitsOf(inForce) };
  return {
    name: 'delta-xywh',
    means,
    stds,
    options: inForce,
    encode: (anchors, boxes) => {
      demandRows(anchors, 'boxes', boxes);
      if (boxes.shape[0] === 0) return clone(boxes);
      return tidy(() => {
        const from = centreAndSize(anchors);
        const to = centreAndSize(boxes);
        const size = maximum<Tensor2D>(from.size, SMALLEST_SIDE);
        const move = div<Tensor2D>(sub(to.centre, from.centre), size);
        const growth = log<Tensor2D>(div(maximum(to.size, SMALLEST_SIDE), size));
        return div(sub(concat([move, growth], 1), tensor1d([...means])), tensor1d([...stds]));
      });
    },
    decode: (anchors, deltas, imageSize) => {
      demandRows(anchors, 'deltas', deltas);
      if (deltas.shape[0] === 0) return clone(deltas);
      return tidy(() => {
        const decode = isRecording() ? decodeDeltas.composed : decodeDeltas;
        const boxes = decode({ anchors, deltas }, limits);
        return imageSize ? clipBoxes(boxes, imageSize) : boxes;
      });
    },
  };
}

const SPECS = {
  means: fourNumbersOption([0, 0, 0, 0], 'four finite numbers', Number.isFinite),
  stds: fourNumbersOption([0.1, 0.1, 0.2, 0.2], 'four positive numbers', (x) => Number.isFinite(x) && x > 0),
  clamp: choiceOption<DeltaClamp>(['torchvision', 'mmdet', 'none'], 'torchvision'),
  centreClamp: {
    default: 0,
    expected: 'a number of pixels ≥ 0',
    accepts: (value: unknown) => typeof value === 'number' && Number.isFinite(value) && value >= 0,
  },
};

function fourNumbersOption(
  initial: FourNumbers,
  expected: string,
  accepts: (value: number) => boolean,
): OptionSpec<FourNumbers> {
  return {
    default: initial,
    expected,
    accepts: (value) =>
      Array.isArray(value) && value.length === 4 && value.every((x) => typeof x === 'number' && accepts(x)),
  };
}

function limitsOf({ clamp, centreClamp }: DeltaCoderOptions): Omit<DecodeDeltasAttributes, 'means' | 'stds'> {
  return {
    mostMove: centreClamp > 0 ? centreClamp : Infinity,
    leastGrowth: clamp === 'mmdet' && centreClamp === 0 ? -LARGEST_GROWTH : -Infinity,
    mostGrowth: clamp === 'none' ? Infinity : LARGEST_GROWTH,
  };
}
