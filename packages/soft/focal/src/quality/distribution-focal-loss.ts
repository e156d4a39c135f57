import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { abs, exp, log, max, mul, neg, range, relu, sub, sum, tidy } from '@tensorflow/tfjs-core';
import { spread } from '@equipoise/core';
import { demandShape } from '../shared/demand.ts';
import { rowLoss } from '../shared/row-loss.ts';

/**
 * Distribution focal loss, −((l + 1 − y) ln S_l + (y − l) ln S_{l+1}) with l = ⌊y⌋ and S the softmax: logits [m, bins], targets [m] in
 * [0, bins − 1] → [m]; m is four sides a positive. It is the cross-entropy with a hat of width 1 about y. Li et al. 2020 (Generalized
 * Focal Loss) eq. 6; mmdetection's `DistributionFocalLoss`.
 *
 * @throws EquipoiseError for targets of another length.
 */
export function distributionFocalLoss(logits: Tensor2D, targets: Tensor1D): Tensor1D {
  const [m, bins] = logits.shape;
  demandShape('targets', targets, [m]);
  return rowLoss(logits, (z) => {
    const hat = relu(sub(1, abs(sub(range(0, bins, 1, 'float32'), spread(targets, bins)))));
    const shifted = sub(z, max(z, 1, true));
    const logProbabilities = sub(shifted, log(sum(exp(shifted), 1, true)));
    return {
      value: tidy(() => neg(sum(mul(hat, logProbabilities), 1))),
      derivative: sub(exp(logProbabilities), hat),
    };
  });
}
