import type { Tensor2D } from '@tensorflow/tfjs-core';
import { add, clipByValue, div, exp, maximum, mul, neg, square, sub } from '@tensorflow/tfjs-core';
import type { Corners } from '../boxes/corners.ts';
import { evenAbs, evenMaximum } from '../boxes/extremes.ts';
import { enclosing, partsOf } from '../boxes/overlap-of-corners.ts';
import type { Given } from '../options.ts';
import { checkOptions, choiceOption, numberOption } from '../options.ts';
import type { BoxLoss } from './box-loss.ts';
import { cornerLoss } from './corner-loss.ts';

/** Options of {@link siouLoss}. */
export interface SiouLossOptions {
  /**
   * - `corrected` (default): the distance term of the paper, and no limit, so that there is a gradient wherever the boxes are;
   * - `mmdet`: `siou_loss` of mmdet 3.3 with `neg_gamma=False`, its default, where the distance term has the wrong sign, so that distant
   *   boxes have a small loss; limited to [0, 2];
   * - `mmdet-neg-gamma`: the same with `neg_gamma=True`.
   */
  readonly preset: 'corrected' | 'mmdet' | 'mmdet-neg-gamma';
  /** What is added to the union, to heights and to the distance of the centres, and the least side of the enclosing box. Default 1e-7. */
  readonly eps: number;
}

/**
 * SIoU of the decoded boxes: 1 − IoU + (Δ + Ω) / 2. With (sx, sy) the way from centre to centre and W × H the smallest box around both:
 *
 * - angle Λ = 2 |sx sy| / (sx² + sy²), which is sin 2α of the paper;
 * - distance Δ = 2 − e^(−(2 − Λ)(sx/W)²) − e^(−(2 − Λ)(sy/H)²);
 * - shape Ω = (1 − e^(−|w − w′| / max(w, w′)))⁴ + the same for heights.
 *
 * 0 for identical boxes. Gevorgyan 2022; mmdet 3.3 `siou_loss`, which computes Λ by way of the angle.
 *
 * @throws EquipoiseError for an option that is unknown or out of range.
 */
export function siouLoss(options: Given<SiouLossOptions> = {}): BoxLoss {
  const { preset, eps } = checkOptions<SiouLossOptions>(
    '@equipoise/core',
    {
      preset: choiceOption(['corrected', 'mmdet', 'mmdet-neg-gamma'], 'corrected'),
      eps: numberOption(1e-7, { min: 1e-12 }),
    },
    options,
  );
  return cornerLoss('siou', (predicted, target) => {
    const { inter, union } = partsOf(predicted, target, { touching: true });
    const iou = div<Tensor2D>(inter, add(union, eps));
    const distance = distanceCost(predicted, target, eps, preset === 'mmdet' ? 1 : -1);
    const cost = mul<Tensor2D>(add(distance, shapeCost(predicted, target, eps)), 0.5);
    const siou = sub<Tensor2D>(iou, cost);
    return sub(1, preset === 'corrected' ? siou : clipByValue(siou, -1, 1));
  });
}

function distanceCost(a: Corners, b: Corners, eps: number, direction: 1 | -1): Tensor2D {
  const way = (a1: Tensor2D, a2: Tensor2D, b1: Tensor2D, b2: Tensor2D): Tensor2D =>
    add(mul(sub(sub(add(b1, b2), a1), a2), 0.5), eps);
  const sx = way(a.x1, a.x2, b.x1, b.x2);
  const sy = way(a.y1, a.y2, b.y1, b.y2);
  const { width, height } = enclosing(a, b);
  const angle = div<Tensor2D>(mul(evenAbs(mul(sx, sy)), 2), add(square(sx), square(sy)));
  const steepness = mul<Tensor2D>(sub(2, angle), direction);
  const nearness = (s: Tensor2D, side: Tensor2D): Tensor2D =>
    exp(mul(steepness, square(div(s, maximum(side, eps)))));
  return sub(sub(2, nearness(sx, width)), nearness(sy, height));
}

function shapeCost(a: Corners, b: Corners, eps: number): Tensor2D {
  const difference = (one: Tensor2D, other: Tensor2D): Tensor2D => {
    const relative = div<Tensor2D>(evenAbs(sub(one, other)), maximum(evenMaximum(one, other), eps));
    return square(square(sub(1, exp(neg(relative)))));
  };
  const height = ({ y1, y2 }: Corners): Tensor2D => add(sub(y2, y1), eps);
  return add(difference(sub(a.x2, a.x1), sub(b.x2, b.x1)), difference(height(a), height(b)));
}
