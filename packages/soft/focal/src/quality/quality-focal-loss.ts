import type { Given } from '@equipoise/core';
import { checkOptions, numberOption } from '@equipoise/core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { abs, add, mul, sign, sum } from '@tensorflow/tfjs-core';
import { binaryTerms } from '../shared/binary-cross-entropy.ts';
import { demandShape } from '../shared/demand.ts';
import { rowLoss } from '../shared/entry-loss.ts';
import { power, slopeOfPower } from '../shared/power.ts';

/** Options of {@link qualityFocalLoss}. */
export interface QualityFocalLossOptions {
  /** Exponent β of the distance to the target, ≥ 0. Default 2. */
  readonly beta: number;
}

/**
 * Quality focal loss, Σ over classes of |y − p|^β CE(p, y): logits [n, C], soft targets [n, C] in [0, 1] → [n]. Targets hold the IoU in
 * the column of a positive's class (see {@link qualityTargets}), 0 elsewhere, and are constants. Li et al. 2020 (Generalized Focal
 * Loss) §3, eq. 3; mmdetection's `QualityFocalLoss`.
 *
 * @throws EquipoiseError for an option that is unknown or out of range, or targets of another shape.
 */
export function qualityFocalLoss(
  logits: Tensor2D,
  targets: Tensor2D,
  options: Given<QualityFocalLossOptions> = {},
): Tensor1D {
  const { beta } = checkOptions<QualityFocalLossOptions>(
    'focal',
    { beta: numberOption(2, { min: 0 }) },
    options,
  );
  demandShape('targets', targets, logits.shape);
  return rowLoss(logits, (z) => {
    const { probability, complement, crossEntropy, error } = binaryTerms(z, targets);
    const distance = abs(error);
    const modulator = power(distance, beta);
    const slope = mul(mul(slopeOfPower(distance, beta), sign(error)), mul(probability, complement));
    return {
      value: sum(mul(modulator, crossEntropy), 1),
      derivative: add(mul(modulator, error), mul(slope, crossEntropy)),
    };
  });
}

/** |y − p|^β: what each entry counts. */
export function qualityModulator(logits: Tensor2D, targets: Tensor2D, beta: number): Tensor {
  return power(abs(binaryTerms(logits, targets).error), beta);
}
