import type { Tensor } from '@tensorflow/tfjs-core';
import { abs, add, div, fill, less, log1p, mul, sign, sub, where } from '@tensorflow/tfjs-core';
import { checkOptions, flagOption, numberOption, type Given } from '../options.ts';
import type { BoxLoss } from './box-loss.ts';
import { coordinateLoss, type CoordinateFormula } from './coordinate-loss.ts';

/** Options of {@link balancedL1}. */
export interface BalancedL1Options {
  /** Gain of small errors. Default .5. */
  readonly alpha: number;
  /** Slope of large errors. Default 1.5. */
  readonly gamma: number;
  /** Where the curve becomes a line, in delta units. Default 1 (Libra R-CNN; its RetinaNet uses .11). */
  readonly beta: number;
  /**
   * Whether errors are measured in units of β: the loss is β times that of β = 1 at d/β. Then the slope is 0 at 0 and continuous at β, which
   * for β ≠ 1 it is not in the reference. Default false.
   */
  readonly rescale: boolean;
}

/**
 * Balanced L1 (Libra R-CNN §3.3): with b = e^(γ/α) − 1,
 * α/b·(b|d| + 1)·ln(b|d|/β + 1) − α|d| for |d| < β, γ|d| + γ/b − αβ beyond, summed over four coordinates.
 * As in mmdetection: for β ≠ 1 the value is continuous but the slope is not; see `rescale`.
 *
 * @throws EquipoiseError for an option that is unknown or out of range.
 */
export function balancedL1(options: Given<BalancedL1Options> = {}): BoxLoss {
  const positive = { min: 1e-6 };
  const specs = {
    alpha: numberOption(0.5, positive),
    gamma: numberOption(1.5, positive),
    beta: numberOption(1, positive),
    rescale: flagOption(false),
  };
  const { alpha, gamma, beta, rescale } = checkOptions<BalancedL1Options>('@equipoise/core', specs, options);
  const formula = balanced(alpha, gamma, rescale ? 1 : beta);
  return coordinateLoss(
    'balanced-l1',
    rescale
      ? {
          value: (error) => mul(formula.value(div(error, beta)), beta),
          derivative: (error) => formula.derivative(div(error, beta)),
        }
      : formula,
  );
}

function balanced(alpha: number, gamma: number, beta: number): CoordinateFormula {
  const b = Math.exp(gamma / alpha) - 1;
  /** The logarithm that value and derivative share; beyond β it is not used, so it may be anything finite. */
  const logarithm = (size: Tensor): Tensor => log1p(mul(size, b / beta));
  return {
    value(error) {
      const size = abs(error);
      const curve = sub(mul(mul(add(mul(size, b), 1), alpha / b), logarithm(size)), mul(size, alpha));
      return where(less(size, beta), curve, add(mul(size, gamma), gamma / b - alpha * beta));
    },
    derivative(error) {
      const size = abs(error);
      const scaled = mul(size, b);
      const ratio = div(add(scaled, 1), add(scaled, beta));
      const curve = add(mul(logarithm(size), alpha), mul(sub(ratio, 1), alpha));
      return mul(sign(error), where(less(size, beta), curve, fill(size.shape, gamma)));
    },
  };
}
