import type { Given } from '@equipoise/core';
import { checkOptions, classTargets, numberOption, sigmoidCrossEntropy, spread } from '@equipoise/core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  cast,
  expandDims,
  greaterEqual,
  less,
  logicalAnd,
  matMul,
  mul,
  sub,
  tensor1d,
  tidy,
} from '@tensorflow/tfjs-core';
import { demandLength } from '../shared/list-option.ts';

/** Options of {@link equalizationLoss}. */
export interface EqualizationLossOptions {
  /** A class whose share of images is below λ is rare. Default .00177, as in the code; the paper says 1.76e-3. */
  readonly lambda: number;
}

/** λ of the code. */
export const RARE_BELOW = 0.00177;

/**
 * Equalization loss of each entry: w BCE with w = 0 where an object of another class would push down a rare class, 1 elsewhere. Logits
 * [n, C], labels int32 [n] in 0…C−1, C background, below 0 for no loss, and the share of images that hold each class → [n, C]; divide
 * the sum by the rows. Weights are constants. Start from {@link priorBias}(.001). Tan et al. 2020 eq. 2–5; tztztztztz/eql.detectron2.
 *
 * @throws EquipoiseError for an option that is unknown or out of range, or frequencies of another number than C.
 */
export function equalizationLoss(
  logits: Tensor2D,
  labels: Tensor1D,
  frequencies: readonly number[],
  options: Given<EqualizationLossOptions> = {},
): Tensor2D {
  const { lambda } = checkOptions<EqualizationLossOptions>(
    'focal',
    { lambda: numberOption(RARE_BELOW, { min: 0 }) },
    options,
  );
  return tidy(() => {
    const labelled = spread(cast(greaterEqual(labels, 0), 'float32'), logits.shape[1]);
    const weights = equalizationWeights(labels, logits.shape[1], frequencies, lambda);
    return mul<Tensor2D>(sigmoidCrossEntropy(logits, labels), mul(weights, labelled));
  });
}

/** [n, C] 0 where an object of another class meets a rare class, 1 elsewhere. */
export function equalizationWeights(
  labels: Tensor1D,
  classes: number,
  frequencies: readonly number[],
  lambda: number,
): Tensor2D {
  demandLength('frequencies', frequencies, [classes]);
  return tidy(() => {
    const rare = tensor1d(
      frequencies.map((frequency) => (frequency < lambda ? 1 : 0)),
      'float32',
    );
    const object = cast(logicalAnd(greaterEqual(labels, 0), less(labels, classes)), 'float32');
    const met = matMul<Tensor2D>(expandDims(object, 1), expandDims(rare, 0));
    return sub<Tensor2D>(1, mul(met, sub(1, classTargets(labels, classes))));
  });
}
