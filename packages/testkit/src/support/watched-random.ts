import type { Random } from '@equipoise/core';
import { seededRandom } from '@equipoise/core';

/** A generator that tells how it was used. */
export interface WatchedRandom extends Random {
  /** Whether anything was drawn. */
  drew(): boolean;
  /** Whether all that was drawn was one uniform or normal number for each of n samples, some number of times. */
  drewBySample(): boolean;
}

/**
 * A seeded generator of which each of n samples draws its own numbers: sample i of the call gets what sample `source[i]` would get
 * without `source`. So a batch in another order meets the same chance.
 */
export function watchedRandom(seed: number, n: number, source?: ArrayLike<number>): WatchedRandom {
  const random = seededRandom(seed);
  let drew = false;
  let bySample = true;
  const other = <T>(value: T): T => {
    drew = true;
    bySample = false;
    return value;
  };
  const ofSamples = (values: Float32Array): Float32Array => {
    drew = true;
    if (values.length !== n) bySample = false;
    else if (source) return values.map((_, i) => values[source[i]!]!);
    return values;
  };
  return {
    uniform: (count) => ofSamples(random.uniform(count)),
    normal: (count) => ofSamples(random.normal(count)),
    below: (below) => other(random.below(below)),
    permutation: (count) => other(random.permutation(count)),
    state: () => random.state(),
    drew: () => drew,
    drewBySample: () => bySample,
  };
}
