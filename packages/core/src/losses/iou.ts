import type { Tensor2D } from '@tensorflow/tfjs-core';
import { log, maximum, neg, square, sub } from '@tensorflow/tfjs-core';
import { GUARDS } from '../boxes/overlap-conventions.ts';
import { overlapOfCorners } from '../boxes/overlap-of-corners.ts';
import type { Given } from '../options.ts';
import { checkOptions, choiceOption, numberOption } from '../options.ts';
import type { BoxLoss } from './box-loss.ts';
import { cornerLoss } from './corner-loss.ts';

/** Options of {@link iouLoss}. */
export interface IouLossOptions {
  /** `log` (default): −ln IoU, UnitBox; `linear`: 1 − IoU; `square`: 1 − IoU². */
  readonly mode: 'log' | 'linear' | 'square';
  /** What a smaller IoU is taken for, without a gradient. Default 1e-6. */
  readonly eps: number;
  /** `mmdet` takes a union below 1e-6 square pixels for 1e-6; `corrected` (default) guards only against 0/0. */
  readonly preset: 'corrected' | 'mmdet';
}

/**
 * A loss of the IoU of the decoded boxes. Boxes that do not overlap get no gradient. Yu et al. 2016 (UnitBox); mmdet 3.3 `iou_loss`.
 *
 * @throws EquipoiseError for an option that is unknown or out of range.
 */
export function iouLoss(options: Given<IouLossOptions> = {}): BoxLoss {
  const { mode, eps, preset } = checkOptions<IouLossOptions>(
    '@equipoise/core',
    {
      mode: choiceOption(['log', 'linear', 'square'], 'log'),
      eps: numberOption(1e-6, { min: 0, max: 1 }),
      preset: choiceOption(['corrected', 'mmdet'], 'corrected'),
    },
    options,
  );
  const guards = GUARDS[preset === 'mmdet' ? 'mmdet' : 'safe'];
  const falling = { log: minusLog, linear: oneMinus, square: oneMinusSquare }[mode];
  return cornerLoss(`iou-${mode}`, (predicted, target) =>
    falling(maximum(overlapOfCorners('iou', predicted, target, guards), eps)),
  );
}

const minusLog = (iou: Tensor2D): Tensor2D => neg(log(iou));
const oneMinus = (iou: Tensor2D): Tensor2D => sub(1, iou);
const oneMinusSquare = (iou: Tensor2D): Tensor2D => sub(1, square(iou));
