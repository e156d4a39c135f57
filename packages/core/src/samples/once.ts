import type { Tensor } from '@tensorflow/tfjs-core';
import type { Samples } from './samples.ts';

const made = new WeakMap<Samples, Map<string, Tensor>>();

/**
 * A quantity derived from the samples of a step, made when first asked for and then shared: the criterion, the strategy and a
 * report ask for the same losses. It lives as long as the tidy scope in which it was made, and is made anew after that.
 */
export function once<T extends Tensor>(samples: Samples, name: string, make: () => T): T {
  const ofSamples = made.get(samples) ?? new Map<string, Tensor>();
  made.set(samples, ofSamples);
  const known = ofSamples.get(name);
  if (known && !known.isDisposed) return known as T;
  const value = make();
  ofSamples.set(name, value);
  return value;
}
