import type { Samples } from '@equipoise/core';
import {
  atLeastOne,
  demand,
  detach,
  imageCount,
  imageOf,
  pointwiseCounts,
  pointwiseLoss,
  pointwiseLossSum,
} from '@equipoise/core';
import type { NamedTensorMap, Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
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
  tidy,
  where,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { DensityOptions } from './density-options.ts';
import type { HarmonyFormulas } from './harmony-formulas.ts';
import { exactHarmony } from './operations/exact-harmony.ts';
import { groupsWithin } from './operations/groups-within.ts';
import { corrected, type RunningDensity, updateDensity } from './running-density.ts';

/** A harmonized loss of a step. */
export interface Harmony {
  /** β × loss weight of each entry, 0 where it does not count, in the shape of the losses. Constant for differentiation. */
  readonly weights: () => Tensor;
  /** Σ β × loss weight × loss / N, in one pass. The gradient reaches what the loss is differentiated by. */
  readonly loss: () => Scalar;
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

/** What a harmonized loss is made of. */
export interface Given {
  readonly formulas: HarmonyFormulas;
  /** What the loss and its norm read. */
  readonly tensors: NamedTensorMap;
  /** [n], or in the shape of the losses: entries of 0 do not count, and no other number counts more than once. */
  readonly counted: Tensor;
}

/** The harmonized loss of a step. Its weights and its sum are made when asked for, in the scope of the call. */
export function harmonize(
  given: Given,
  groups: Groups,
  state: RunningDensity,
  options: DensityOptions,
): Harmony {
  return options.density === 'exact'
    ? byExactDensity(given, groups, state, options)
    : byUnitRegion(given, groups, state, options);
}

function byUnitRegion(
  { formulas, tensors, counted }: Given,
  { group, groupCount }: Groups,
  state: RunningDensity,
  options: DensityOptions,
): Harmony {
  const { bins, scope, biasCorrection } = options;
  const placed = { ...tensors, counted, ...(scope === 'batch' ? {} : { group }) };
  const { beta, entries, next } = tidy(() => {
    const histogram = pointwiseCounts(formulas.place, placed, groupCount * bins);
    const counts = reshape(cast(histogram, 'float32'), [groupCount, bins]) as Tensor2D;
    const { seen, next: after } = updateDensity(state, counts, options);
    const ofRegions = betaOfRegions(counts, biasCorrection ? corrected(seen) : seen.counts, options);
    const flat: Tensor1D = reshape(bounded(ofRegions, options), [counts.size]);
    return {
      // Nothing at both ends, for places before the first and behind the last.
      beta: concat<Tensor1D>([zeros([1]), flat, zeros([1])]),
      entries: maximum<Scalar>(sum(counts), 1),
      next: after,
    };
  });
  const all = { ...placed, beta };
  return {
    weights: () => detach(pointwiseLoss(formulas.weight, all)),
    loss: () => pointwiseLossSum(formulas.weightedLoss, all, { normalizer: entries }),
    entries,
    next,
  };
}

function byExactDensity(
  { formulas, tensors, counted }: Given,
  { group, groupCount }: Groups,
  state: RunningDensity,
  options: DensityOptions,
): Harmony {
  const { weights, entries } = tidy(() => {
    const norms = detach(pointwiseLoss(formulas.norm, tensors));
    const flat: Tensor1D = reshape(norms, [norms.size]);
    const ofEach: Tensor1D = reshape(counted, [counted.size]);
    const inputs = { norms: flat, weights: ofEach, group };
    const beta = exactHarmony(inputs, { epsilon: options.epsilon, groupCount });
    const columns = norms.size / Math.max(1, ofEach.size);
    return {
      weights: reshape(bounded(beta, options), norms.shape),
      entries: atLeastOne(mul<Tensor1D>(cast(greater(ofEach, 0), 'float32'), columns)),
    };
  });
  return {
    weights: () => weights,
    loss: () => pointwiseLossSum(formulas.loss, tensors, { weight: weights, normalizer: entries }),
    entries,
    next: state,
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
      return within(imageOf(samples), imageCount(samples));
    case 'level': {
      const { level } = samples;
      demand(level !== undefined, {
        package: '@equipoise/ghm',
        subject: 'samples.level',
        expected: "a tensor, for scope 'level'",
        actual: level,
      });
      return within(level, levels);
    }
  }
}

function within(group: Tensor1D, groupCount: number): Groups {
  return { group: groupsWithin({ group }, { groupCount }), groupCount };
}
