import type { BoxLoss, Expression, Given } from '@equipoise/core';
import { checkOptions, entryFormula, formula, numberOption, pointwiseLoss } from '@equipoise/core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { sub as difference, sum, tidy } from '@tensorflow/tfjs-core';

const { abs, add, div, max, min, mul, sqrt, withSlope } = formula;

/** Options of {@link authenticSmoothL1}. */
export interface AuthenticSmoothL1Options {
  /** Where the parabola turns into a line, in delta units, > 0. Default .02. */
  readonly mu: number;
}

/**
 * Authentic smooth L1, √(d² + μ²) − μ, summed over four coordinates: smooth everywhere, and its derivative d / √(d² + μ²) never
 * saturates, so that it tells hard boxes from harder ones. Li et al. 2019 §3.4; as a box loss of any task.
 *
 * @throws EquipoiseError for a μ below 1e-6.
 */
export function authenticSmoothL1(options: Given<AuthenticSmoothL1Options> = {}): BoxLoss {
  const { mu } = checkOptions('@equipoise/ghm', { mu: muOption(0.02) }, options);
  return {
    name: 'authentic-smooth-l1',
    compares: 'deltas',
    apply: (predicted, target) => tidy(() => sum(entries(difference(predicted, target), mu), 1)),
  };
}

/** The option `mu`. */
export function muOption(initial: number): ReturnType<typeof numberOption> {
  return numberOption(initial, { min: 1e-6 });
}

/** √(d² + μ²) − μ of every error d [n, 4]. The gradient reaches d. */
function entries(errors: Tensor2D, mu: number): Tensor2D {
  const ofErrors = entryFormula({
    inputs: { errors: 'entry' },
    loss: ({ errors: d }) => authenticSmoothL1Of(d, mu),
  });
  return pointwiseLoss(ofErrors, { errors });
}

/** √(d² + μ²) − μ, as d · d / (√(d² + μ²) + μ), which keeps its digits near 0. */
export function authenticSmoothL1Of(error: Expression, mu: number): Expression {
  const d = withinReach(error);
  const root = rootOf(d, mu);
  return withSlope(mul(d, div(d, add(root, mu))), error, div(d, root));
}

/** g = |d| / √(d² + μ²), the norm of the gradient, in [0, 1). */
export function authenticSmoothL1NormOf(error: Expression, mu: number): Expression {
  const d = withinReach(error);
  return abs(div(d, rootOf(d, mu)));
}

/** As the reference computes it, since float32 decides which region a norm falls into. */
function rootOf(d: Expression, mu: number): Expression {
  return sqrt(add(mul(d, d), mu * mu));
}

/** Errors whose square overflows float32 are as good as the largest whose square does not. */
function withinReach(d: Expression): Expression {
  return max(min(d, 1e18), -1e18);
}
