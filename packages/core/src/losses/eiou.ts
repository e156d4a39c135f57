import type { Tensor2D } from '@tensorflow/tfjs-core';
import { add, div, mul, sub } from '@tensorflow/tfjs-core';
import type { Corners } from '../boxes/corners.ts';
import { evenMaximum, evenMinimum } from '../boxes/extremes.ts';
import type { Given } from '../options.ts';
import { checkOptions, numberOption } from '../options.ts';
import type { BoxLoss } from './box-loss.ts';
import { cornerLoss } from './corner-loss.ts';
import { huber } from './huber.ts';

/** Options of {@link eiouLoss}. */
export interface EiouLossOptions {
  /** Below it the loss is a parabola, so that it is smooth at 0. Default .1. */
  readonly smoothPoint: number;
  /** What is added to the union, square pixels. Default 1e-7. */
  readonly eps: number;
}

/**
 * Extended IoU of the decoded boxes: with e = 1 − I / U, where the intersection I goes below 0 the further the boxes are apart,
 * e² / 2s for e < s = `smoothPoint`, e − s/2 beyond. Boxes that do not overlap pull at each other. Peng & Yu 2021, "Systematic IoU-related
 * method"; mmdet 3.3 `eiou_loss`. Not the "efficient IoU" of Zhang et al. 2021.
 *
 * @throws EquipoiseError for an option that is unknown or out of range.
 */
export function eiouLoss(options: Given<EiouLossOptions> = {}): BoxLoss {
  const { smoothPoint, eps } = checkOptions<EiouLossOptions>(
    '@equipoise/core',
    { smoothPoint: numberOption(0.1, { min: 1e-6 }), eps: numberOption(1e-7, { min: 0 }) },
    options,
  );
  return cornerLoss('eiou', (predicted, target) => {
    const inter = extendedIntersection(predicted, target);
    const union = add<Tensor2D>(sub(add(areaOf(predicted), areaOf(target)), inter), eps);
    const error = sub<Tensor2D>(1, div(inter, union));
    return huber(error, smoothPoint);
  });
}

function areaOf({ x1, y1, x2, y2 }: Corners): Tensor2D {
  return mul(sub(x2, x1), sub(y2, y1));
}

/** The intersection where boxes overlap; minus the area between them where they do not. */
function extendedIntersection(a: Corners, b: Corners): Tensor2D {
  const [left, top] = [evenMinimum(a.x1, b.x1), evenMinimum(a.y1, b.y1)];
  const [x1, y1] = [evenMaximum(a.x1, b.x1), evenMaximum(a.y1, b.y1)];
  const [x2, y2] = [evenMinimum(a.x2, b.x2), evenMinimum(a.y2, b.y2)];
  const from = (x: Tensor2D, y: Tensor2D): Tensor2D => mul(sub(x, left), sub(y, top));
  const [nearX, nearY] = [evenMinimum(x1, x2), evenMinimum(y1, y2)];
  const [farX, farY] = [evenMaximum(x1, x2), evenMaximum(y1, y2)];
  return sub(sub(add(from(x2, y2), from(nearX, nearY)), from(x1, farY)), from(farX, y1));
}
