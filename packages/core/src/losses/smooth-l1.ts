import { abs, clipByValue, div, minimum, mul, sub } from '@tensorflow/tfjs-core';
import { checkOptions, numberOption, type Given } from '../options.ts';
import type { BoxLoss } from './box-loss.ts';
import { coordinateLoss } from './coordinate-loss.ts';

/** Options of {@link smoothL1}. */
export interface SmoothL1Options {
  /** Where the parabola becomes a line, in delta units, > 0. Default 1/9 (RetinaNet; Fast R-CNN used 1). */
  readonly beta: number;
}

/**
 * Smooth L1: d²/2β for |d| < β, |d| − β/2 beyond, summed over four coordinates. Fast R-CNN §2.3; β as in mmdetection.
 *
 * @throws EquipoiseError for β < 1e-6; take {@link l1} for β = 0.
 */
export function smoothL1(options: Given<SmoothL1Options> = {}): BoxLoss {
  const { beta } = checkOptions('@equipoise/core', { beta: numberOption(1 / 9, { min: 1e-6 }) }, options);
  return coordinateLoss('smooth-l1', {
    value(error) {
      const size = abs(error);
      const inner = minimum(size, beta);
      return div(mul(inner, sub(size, mul(inner, 0.5))), beta);
    },
    derivative: (error) => clipByValue(div(error, beta), -1, 1),
  });
}
