import type { Given } from '@equipoise/core';
import { checkOptions, classTargets, numberOption, spread } from '@equipoise/core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { add, exp, expm1, log, max, mul, neg, sub, sum, tidy } from '@tensorflow/tfjs-core';
import { rowLoss } from '../shared/row-loss.ts';
import { power, slopeOfPower } from '../shared/power.ts';

/** Options of {@link asymmetricSingleLabelLoss}. */
export interface AsymmetricSingleLabelLossOptions {
  /** Focusing exponent γ₊ of the label's column, ≥ 0. Default 0. */
  readonly gammaPositive: number;
  /** Focusing exponent γ₋ of the other columns, ≥ 0. Default 4. */
  readonly gammaNegative: number;
  /** Label smoothing: the share of the target that is spread over all columns, in [0, 1). Default .1. */
  readonly smoothing: number;
}

/**
 * Asymmetric loss of a softmax, −Σ_k t_k w_k ln p_k with smoothed targets t, w = (1 − p)^γ₊ in the label's column and p^γ₋ in the others:
 * logits [n, K], labels int32 [n] in 0…K−1, or outside for no loss → [n]. The gradient goes through w. Alibaba-MIIL/ASL `ASLSingleLabel`.
 *
 * @throws EquipoiseError for an option that is unknown or out of range.
 */
export function asymmetricSingleLabelLoss(
  logits: Tensor2D,
  labels: Tensor1D,
  options: Given<AsymmetricSingleLabelLossOptions> = {},
): Tensor1D {
  const { gammaPositive, gammaNegative, smoothing } = checkOptions<AsymmetricSingleLabelLossOptions>(
    '@equipoise/focal',
    {
      gammaPositive: numberOption(0, { min: 0 }),
      gammaNegative: numberOption(4, { min: 0 }),
      smoothing: numberOption(0.1, { min: 0, max: 0.999 }),
    },
    options,
  );
  const columns = logits.shape[1];
  return rowLoss(logits, (z) =>
    tidy(() => {
      const hit = classTargets(labels, columns);
      const labelled = spread(sum(hit, 1), columns);
      const miss = sub(labelled, hit);
      const target = add(mul(hit, 1 - smoothing), mul(labelled, smoothing / columns));
      const shifted = sub(z, max(z, 1, true));
      const logP = sub(shifted, log(sum(exp(shifted), 1, true)));
      const p = exp(logP);
      const complement = neg(expm1(logP));
      const factor = add(mul(hit, power(complement, gammaPositive)), mul(miss, power(p, gammaNegative)));
      // dw/d ln p: −γ₊ (1 − p)^(γ₊ − 1) p in the label's column, γ₋ p^γ₋ in the others.
      const slope = sub(
        mul(miss, mul(power(p, gammaNegative), gammaNegative)),
        mul(hit, mul(slopeOfPower(complement, gammaPositive), p)),
      );
      const toLogP = neg(mul(target, add(factor, mul(slope, logP))));
      return {
        value: neg(sum(mul(target, mul(factor, logP)), 1)),
        derivative: sub(toLogP, mul(p, spread(sum(toLogP, 1), columns))),
      };
    }),
  );
}
