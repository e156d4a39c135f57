import type { Expression, Given } from '@equipoise/core';
import { checkOptions, entryFormula, formula, numberOption, pointwiseLoss } from '@equipoise/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { alphaFactor, alphaOption, nullIsOff } from '../shared/alpha.ts';
import { demandShape } from '../shared/demand.ts';

const { div, mul, softplus, targetTerms } = formula;

/** Options of {@link focalStarLoss}. */
export interface FocalStarLossOptions {
  /** Weight of positive entries, in [0, 1]; negative ones weigh 1 − α; −1 or `null`: no α. Default −1, as in fvcore. */
  readonly alpha: number | null;
  /** Steepness, at least .01; 1 is cross-entropy. Default 1, as in fvcore. */
  readonly gamma: number;
}

/**
 * Focal loss*, −α_t ln σ(γ z_t) / γ with z_t = (2y − 1) z: logits of any shape, targets 0 or 1 of that shape → losses of that shape.
 * Lin et al. 2017, appendix A and B, without the shift β; as fvcore's `sigmoid_focal_loss_star`.
 *
 * @throws EquipoiseError for an option that is unknown or out of range, or targets of another shape.
 */
export function focalStarLoss<T extends Tensor>(
  logits: T,
  targets: Tensor,
  options: Given<FocalStarLossOptions> = {},
): T {
  const { alpha, gamma } = checkOptions<FocalStarLossOptions>(
    '@equipoise/focal',
    { alpha: alphaOption(-1), gamma: numberOption(1, { min: 0.01 }) },
    nullIsOff(options),
  );
  demandShape('targets', targets, logits.shape);
  const ofTargets = entryFormula({
    inputs: { logits: 'entry', targets: 'entry' },
    loss: ({ logits: z, targets: y }) => focalStarOf(targetTerms(z, y), { alpha, gamma }),
  });
  return pointwiseLoss(ofTargets, { logits, targets });
}

/** −α_t ln σ(γ z_t) / γ. */
export function focalStarOf(terms: formula.BinaryTerms, { alpha, gamma }: FocalStarLossOptions): Expression {
  return mul(alphaFactor(terms, alpha), div(softplus(mul(gamma, terms.against)), gamma));
}
