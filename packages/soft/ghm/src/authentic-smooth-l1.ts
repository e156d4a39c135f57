import type { BoxLoss, Given } from '@equipoise/core';
import { checkOptions, numberOption } from '@equipoise/core';
import { withGradient } from '@equipoise/core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { abs, add, clipByValue, div, mul, square, sqrt, sub, sum, tidy } from '@tensorflow/tfjs-core';

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
  const { mu } = checkOptions('ghm', { mu: muOption(0.02) }, options);
  return {
    name: 'authentic-smooth-l1',
    compares: 'deltas',
    apply: (predicted, target) => tidy(() => sum(authenticSmoothL1Entries(sub(predicted, target), mu), 1)),
  };
}

/** The option `mu`. */
export function muOption(initial: number): ReturnType<typeof numberOption> {
  return numberOption(initial, { min: 1e-6 });
}

/** √(d² + μ²) − μ of every error d [n, 4], as d · d / (√(d² + μ²) + μ), which keeps its digits near 0. The gradient reaches d. */
export function authenticSmoothL1Entries(errors: Tensor2D, mu: number): Tensor2D {
  return withGradient<Tensor2D>(
    [errors],
    (given) => {
      const d = withinReach(given);
      const root = rootOf(d, mu);
      return { value: mul(d, div(d, add(root, mu))), saved: [div(d, root)] };
    },
    (upstream, [slope]) => [mul(slope!, upstream)],
  );
}

/** g = |d| / √(d² + μ²), the norm of the gradient, in [0, 1). Hand in detached errors. */
export function authenticSmoothL1Norms(errors: Tensor2D, mu: number): Tensor2D {
  return tidy(() => {
    const d = withinReach(errors);
    return abs(div(d, rootOf(d, mu)));
  });
}

/** As the reference computes it, since float32 decides which bin a norm falls into. */
function rootOf(d: Tensor, mu: number): Tensor {
  return sqrt(add(square(d), mu * mu));
}

/** Errors whose square overflows float32 are as good as the largest whose square does not. */
function withinReach(d: Tensor): Tensor {
  return clipByValue(d, -1e18, 1e18);
}
