import type { Given } from '@equipoise/core';
import { checkOptions, entryFormula, formula, numberOption, pointwiseLoss } from '@equipoise/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { alphaOption, nullIsOff } from '../shared/alpha.ts';
import { demandShape } from '../shared/demand.ts';
import { focalOf } from './focal-formula.ts';

const { targetTerms } = formula;

/** Options of {@link sigmoidFocalLoss} and {@link softmaxFocalLoss}. */
export interface FocalLossOptions {
  /** Weight of positive entries, in [0, 1]; negative ones weigh 1 − α; −1 or `null`: no α. Default .25 (fvcore's is −1). */
  readonly alpha: number | null;
  /** How strongly easy entries are discounted, ≥ 0. Default 2. */
  readonly gamma: number;
}

/** The options of a focal loss in force. */
export function focalLossOptions(options: Given<FocalLossOptions>): Readonly<FocalLossOptions> {
  return checkOptions<FocalLossOptions>(
    '@equipoise/focal',
    { alpha: alphaOption(0.25), gamma: numberOption(2, { min: 0 }) },
    nullIsOff(options),
  );
}

/**
 * Focal loss of each entry, α_t (1 − p_t)^γ CE(z, y): logits z of any shape, targets y in [0, 1] of that shape → losses of that shape.
 * Value and gradient are finite at any logit and γ ≥ 0, where the reference has NaN (γ < 1, saturated logit). As torchvision, for soft
 * targets too: 1 − p_t = p(1 − y) + (1 − p)y. Lin et al. 2017 §3.2.
 *
 * @throws EquipoiseError for an option that is unknown or out of range, or targets of another shape.
 * @example
 * import { classTargets } from '@equipoise/core';
 * import { reduceLoss, sigmoidFocalLoss } from '@equipoise/focal';
 * import { tensor1d, tensor2d } from '@tensorflow/tfjs-core';
 *
 * const logits = tensor2d([[2, -1], [0, -3]]);
 * const labels = tensor1d([0, 2], 'int32'); // 2 is background
 * const loss = reduceLoss(sigmoidFocalLoss(logits, classTargets(labels, 2)), { avgFactor: 1 });
 */
export function sigmoidFocalLoss<T extends Tensor>(
  logits: T,
  targets: Tensor,
  options: Given<FocalLossOptions> = {},
): T {
  const { alpha, gamma } = focalLossOptions(options);
  demandShape('targets', targets, logits.shape);
  const ofTargets = entryFormula({
    inputs: { logits: 'entry', targets: 'entry' },
    loss: ({ logits: z, targets: y }) => focalOf(targetTerms(z, y), alpha, gamma),
  });
  return pointwiseLoss(ofTargets, { logits, targets });
}
