import type { Samples } from '@equipoise/core';
import { atLeastOne, demand, imageCount, imageOf } from '@equipoise/core';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  cast,
  concat,
  div,
  greater,
  maximum,
  minimum,
  mul,
  onesLike,
  reshape,
  sum,
  where,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { DensityOptions } from './density-options.ts';
import { exactHarmony } from './operations/exact-harmony.ts';
import { gradientHistogram } from './operations/gradient-histogram.ts';
import { lookUp } from './operations/look-up.ts';
import { corrected, type RunningDensity, updateDensity } from './running-density.ts';

/** Harmonized weights of a step. */
export interface Harmony {
  /** The shape of the norms: β × loss weight, 0 where a sample does not count. Constant for differentiation. */
  readonly weights: Tensor;
  /** N, the entries that count, at least 1: what the weighted losses are divided by. */
  readonly entries: Scalar;
  readonly next: RunningDensity;
}

/** Which histogram each of n samples belongs to. */
export interface Groups {
  /** [n] int32, 0…groupCount-1. */
  readonly group: Tensor1D;
  readonly groupCount: number;
}

/**
 * β of every entry from the norms of all.
 *
 * @param norms [n] or [n, columns], in [0, 1], detached.
 * @param weights [n]; samples of weight 0 do not count.
 */
export function harmonize(
  { group, groupCount }: Groups,
  norms: Tensor,
  weights: Tensor1D,
  state: RunningDensity,
  options: DensityOptions,
): Harmony {
  const flat: Tensor1D = reshape(norms, [norms.size]);
  const inputs = { norms: flat, weights, group };
  if (options.density === 'exact') {
    const beta = exactHarmony(inputs, { epsilon: options.epsilon, groupCount });
    const columns = norms.size / Math.max(1, weights.size);
    const counted = mul<Tensor1D>(cast(greater(weights, 0), 'float32'), columns);
    const entries = atLeastOne(counted);
    return { weights: reshape(bounded(beta, options), norms.shape), entries, next: state };
  }
  const [places, counts] = gradientHistogram(inputs, { bins: options.bins, groupCount });
  const { seen, next } = updateDensity(state, counts, options);
  const beta = betaOfRegions(counts, options.biasCorrection ? corrected(seen) : seen.counts, options);
  // The place behind the last region is that of entries that do not count.
  const ofRegions: Tensor1D = reshape(bounded(beta, options), [beta.size]);
  const table = concat<Tensor1D>([ofRegions, zeros([1])]);
  return {
    weights: reshape(lookUp({ table, places }, {}), norms.shape),
    entries: maximum(sum(counts), 1),
    next,
  };
}

/**
 * [groups, bins] β = N / (density × regions), 0 in regions that hold nothing. N counts the group's entries, so that evenly spread norms
 * weigh 1 each; in mmdetection every group's loss is a mean of its own, which is the same as the batch's N here.
 */
function betaOfRegions(
  counts: Tensor2D,
  density: Tensor2D,
  { bins, normalizeBy, preset }: DensityOptions,
): Tensor2D {
  const filled = greater(counts, 0);
  const population = preset === 'mmdet' ? sum(counts) : sum(counts, 1, true);
  const regions = normalizeBy === 'all' ? bins : sum(cast(filled, 'float32'), 1, true);
  const share = div<Tensor2D>(population, regions);
  const divisor = where<Tensor2D>(filled, density, onesLike(density));
  return where(filled, div<Tensor2D>(share, divisor), zerosLike(counts));
}

function bounded<T extends Tensor>(beta: T, { maxWeight, lossWeight }: DensityOptions): T {
  const capped = maxWeight < Infinity ? minimum<T>(beta, maxWeight) : beta;
  return lossWeight === 1 ? capped : mul(capped, lossWeight);
}

/** The groups that the scope asks for. */
export function groupsOf(samples: Samples, { scope, levels }: DensityOptions): Groups {
  switch (scope) {
    case 'batch':
      return { group: zerosLike(samples.labels), groupCount: 1 };
    case 'image':
      return { group: imageOf(samples), groupCount: imageCount(samples) };
    case 'level': {
      const { level } = samples;
      demand(level !== undefined, {
        package: 'ghm',
        subject: 'samples.level',
        expected: "a tensor, for scope 'level'",
        actual: level,
      });
      return { group: level, groupCount: levels };
    }
  }
}
