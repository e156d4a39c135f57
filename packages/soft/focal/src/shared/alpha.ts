import type { formula, OptionSpec, Samples } from '@equipoise/core';
import { classCount, classTargets } from '@equipoise/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { cast, less, tidy } from '@tensorflow/tfjs-core';
import type { Terms } from './terms.ts';

/** α that weighs nothing, as fvcore writes it. */
export const ALPHA_OFF = -1;

/** The option `alpha`: in [0, 1], or −1 for none. */
export function alphaOption(initial: number): OptionSpec<number | null> {
  return {
    default: initial,
    expected: 'a number in [0, 1], or -1 or null for none',
    accepts: (value) =>
      value === null || value === ALPHA_OFF || (typeof value === 'number' && value >= 0 && value <= 1),
  };
}

/** Options whose `alpha` is a number: `null` is off, too. */
export function nullIsOff<T extends { readonly alpha?: number | null | undefined }>(options: T): T {
  return options.alpha === null ? { ...options, alpha: ALPHA_OFF } : options;
}

/** α_t as a factor: α where the target is 1, 1 − α where it is 0, linear between; 1 where α is off. */
export function alphaFactor({ byTarget }: Pick<Terms, 'byTarget'>, alpha: number | null): formula.Term {
  return alpha === null || alpha === ALPHA_OFF ? 1 : byTarget(alpha, 1 - alpha);
}

/** The targets that α_t follows: [n, C] with sigmoid; [n] with softmax, where a sample is a positive or background. */
export function targetsOf(samples: Samples): Tensor {
  return tidy(() => {
    const classes = classCount(samples);
    return samples.task?.activation === 'softmax'
      ? cast(less(samples.labels, classes), 'float32')
      : classTargets(samples.labels, classes);
  });
}
