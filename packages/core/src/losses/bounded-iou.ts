import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { add, concat, div, mul, sub, sum, tidy, zerosLike } from '@tensorflow/tfjs-core';
import type { Corners } from '../boxes/corners.ts';
import { columnsOf } from '../boxes/corners.ts';
import { evenAbs, evenMaximum, evenMinimum } from '../boxes/extremes.ts';
import { detach } from '../operations/detach.ts';
import type { Given } from '../options.ts';
import { checkOptions, numberOption } from '../options.ts';
import type { BoxLoss } from './box-loss.ts';
import { demandPair } from './corner-loss.ts';
import { huber } from './huber.ts';

/** Options of {@link boundedIouLoss}. */
export interface BoundedIouLossOptions {
  /** Below it the loss of a term is a parabola, as in smooth L1. Default .2. */
  readonly beta: number;
  /** What is added to denominators, pixels. Default 1e-3. */
  readonly eps: number;
}

/**
 * Bounded IoU of the decoded boxes: 1 − the largest IoU that is possible if the box were right but for its x, y, width or height, each
 * through smooth L1 with β, summed over the four. Tychsen-Smith & Petersson 2018, "Fitness NMS and bounded IoU loss"; mmdet 3.3
 * `bounded_iou_loss`.
 *
 * @throws EquipoiseError for an option that is unknown or out of range.
 */
export function boundedIouLoss(options: Given<BoundedIouLossOptions> = {}): BoxLoss {
  return {
    name: 'bounded-iou',
    compares: 'boxes',
    apply: (predicted, target) => tidy(() => sum<Tensor1D>(boundedIouTerms(predicted, target, options), 1)),
  };
}

/**
 * The four terms of {@link boundedIouLoss}: [n, 4] losses of the centre's x and y, the width and the height. The gradient reaches the
 * prediction only.
 *
 * @param predicted - [n, 4] x1 y1 x2 y2, pixels
 * @param target - [n, 4]
 */
export function boundedIouTerms(
  predicted: Tensor2D,
  target: Tensor2D,
  options: Given<BoundedIouLossOptions> = {},
): Tensor2D {
  const { beta, eps } = checkOptions<BoundedIouLossOptions>(
    '@equipoise/core',
    { beta: numberOption(0.2, { min: 1e-6 }), eps: numberOption(1e-3, { min: 1e-12 }) },
    options,
  );
  demandPair(predicted, target);
  return tidy(() => {
    if (predicted.shape[0] === 0) return mul<Tensor2D>(predicted, 0);
    const [a, b] = [columnsOf(predicted), columnsOf(detach(target))];
    const [from, to] = [centreAndSize(a), centreAndSize(b)];
    const terms = concat(
      [
        sub<Tensor2D>(1, ofShift(sub(to.x, from.x), to.width, eps)),
        sub<Tensor2D>(1, ofShift(sub(to.y, from.y), to.height, eps)),
        sub<Tensor2D>(1, ofSide(from.width, to.width, eps)),
        sub<Tensor2D>(1, ofSide(from.height, to.height, eps)),
      ],
      1,
    );
    return huber(terms, beta);
  });
}

function centreAndSize({ x1, y1, x2, y2 }: Corners) {
  return {
    x: mul<Tensor2D>(add(x1, x2), 0.5),
    y: mul<Tensor2D>(add(y1, y2), 0.5),
    width: sub<Tensor2D>(x2, x1),
    height: sub<Tensor2D>(y2, y1),
  };
}

/** The largest IoU of boxes whose centres are that far apart in one direction, given the side of the true one. */
function ofShift(shift: Tensor2D, side: Tensor2D, eps: number): Tensor2D {
  const twice = mul<Tensor2D>(evenAbs(shift), 2);
  const iou = div<Tensor2D>(sub(side, twice), add(add(side, twice), eps));
  return evenMaximum(iou, zerosLike(iou));
}

/** The largest IoU of boxes of these sides. */
function ofSide(own: Tensor2D, side: Tensor2D, eps: number): Tensor2D {
  return evenMinimum(div(side, add(own, eps)), div(own, add(side, eps)));
}
