import { sub } from '@tensorflow/tfjs-core';
import type { Guards } from '../boxes/overlap-conventions.ts';
import { GUARDS } from '../boxes/overlap-conventions.ts';
import { overlapOfCorners } from '../boxes/overlap-of-corners.ts';
import type { Given } from '../options.ts';
import { checkOptions, choiceOption, numberOption } from '../options.ts';
import type { BoxLoss } from './box-loss.ts';
import { cornerLoss } from './corner-loss.ts';

/** Whose guards against division by zero a loss has. */
export type OverlapLossPreset = 'corrected' | 'mmdet' | 'torchvision';

/** Options of {@link giouLoss}, {@link diouLoss} and {@link ciouLoss}. */
export interface OverlapLossOptions {
  /**
   * - `corrected` (default): finite in value and gradient for any boxes; other values are untouched;
   * - `mmdet`: `giou_loss`, `diou_loss`, `ciou_loss` of mmdet 3.3: union and enclosing area at least `eps` (GIoU), or `eps` added (DIoU,
   *   CIoU). CIoU drops its aspect term where IoU ≤ .5, and is NaN, as is its gradient, for identical boxes whose IoU rounds to 1 (mmdet's
   *   limit of the loss to [0, 2] never acts);
   * - `torchvision`: `generalized_box_iou_loss`, `distance_box_iou_loss`, `complete_box_iou_loss` of torchvision 0.17: `eps` added to
   *   every denominator; boxes that only touch do not pull at each other.
   */
  readonly preset: OverlapLossPreset;
  /** The least denominator, or what is added to it. Default 1e-7. */
  readonly eps: number;
}

/** The loss 1 − overlap of that kind. */
export function overlapLoss(kind: 'giou' | 'diou' | 'ciou', options: Given<OverlapLossOptions>): BoxLoss {
  const { preset, eps } = checkOptions<OverlapLossOptions>('@equipoise/core', SPECS, options);
  const guards = guardsOf(preset, eps);
  return cornerLoss(kind, (predicted, target) => sub(1, overlapOfCorners(kind, predicted, target, guards)));
}

const SPECS = {
  preset: choiceOption<OverlapLossPreset>(['corrected', 'mmdet', 'torchvision'], 'corrected'),
  eps: numberOption(1e-7, { min: 0 }),
};

function guardsOf(preset: OverlapLossPreset, eps: number): Guards {
  switch (preset) {
    case 'corrected':
      return { ...GUARDS.safe, addedToDiagonal: eps, leastHeight: eps, addedToAlpha: eps };
    case 'mmdet':
      return {
        ...GUARDS.mmdet,
        least: eps,
        addedToUnion: eps,
        addedToDiagonal: eps,
        addedToHeight: eps,
      };
    case 'torchvision':
      return {
        ...GUARDS.torchvision,
        touching: false,
        addedToUnion: eps,
        addedToGeneralized: eps,
        addedToDiagonal: eps,
        addedToAlpha: eps,
      };
  }
}
