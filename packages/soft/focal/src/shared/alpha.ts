import type { OptionSpec, Samples } from '@equipoise/core';
import { classCount, classTargets } from '@equipoise/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { add, cast, less, mul, tidy } from '@tensorflow/tfjs-core';

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

/** x times α_t: α where the target is 1, 1 − α where it is 0, linear between; x itself where α is off. */
export function timesAlpha<T extends Tensor>(x: T, targets: Tensor, alpha: number | null): T {
  if (alpha === null || alpha === ALPHA_OFF) return x;
  return mul<T>(x, add(mul(targets, 2 * alpha - 1), 1 - alpha));
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
