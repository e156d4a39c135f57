import type { Given } from '@equipoise/core';
import { classTargets, entryFormula, formula, pointwiseLoss, softmaxCrossEntropy } from '@equipoise/core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { mul as scale, sum, tidy } from '@tensorflow/tfjs-core';
import { ALPHA_OFF } from '../shared/alpha.ts';
import { rowTerms } from '../shared/terms.ts';
import { focalOf } from './focal-formula.ts';
import { focalLossOptions, type FocalLossOptions } from './sigmoid-focal-loss.ts';

const { mul } = formula;

/**
 * Focal loss of a softmax, α (1 − p_label)^γ (−ln p_label): logits [n, K], labels int32 [n] in 0…K−1, or outside for no loss → [n].
 * As mmcv's: α multiplies every class alike. The strategy {@link focal} weighs background by 1 − α instead.
 *
 * @throws EquipoiseError for an option that is unknown or out of range.
 */
export function softmaxFocalLoss(
  logits: Tensor2D,
  labels: Tensor1D,
  options: Given<FocalLossOptions> = {},
): Tensor1D {
  const { alpha, gamma } = focalLossOptions(options);
  const factor = alpha === null || alpha === ALPHA_OFF ? 1 : alpha;
  const ofRows = entryFormula({
    inputs: { crossEntropy: 'entry', labelled: 'row' },
    loss: ({ crossEntropy, labelled }) =>
      mul(labelled, focalOf(rowTerms(crossEntropy, labelled), null, gamma)),
  });
  return tidy(() => {
    const labelled: Tensor1D = scale(sum<Tensor1D>(classTargets(labels, logits.shape[1]), 1), factor);
    return pointwiseLoss(ofRows, { crossEntropy: softmaxCrossEntropy(logits, labels), labelled });
  });
}
