import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  concat,
  cumsum,
  expandDims,
  fill,
  gather,
  minimum,
  mul,
  neg,
  ones,
  pad,
  reshape,
  searchSorted,
  slice,
  squeeze,
  stack,
  sub,
  topk,
  zerosLike,
} from '@tensorflow/tfjs-core';

/** [m, K] sums of K columns of weights [m, K] over the places from[i] up to, not with, to[i]; places are [m] int32. */
export type SumsBetween = (weights: Tensor2D, from: Tensor1D, to: Tensor1D) => Tensor2D;

/**
 * Scores in descending order on the device, and the sums over them that rankings are made of. Everything is [m] and static: ignored
 * entries are sorted too and weigh nothing. Sums are float32: an error of about m · 1e-7 of the entries above.
 */
export interface SortedEntries {
  /** Values of the entries, brought into descending order of score. */
  sorted(values: Tensor1D): Tensor1D;
  /** Back to where the entries stood. */
  unsorted(values: Tensor1D): Tensor1D;
  /** [m] Σ_j w_j H(s_j − s_i) at each entry i; all sorted. */
  above(weights: Tensor1D, sums?: SumsBetween): Tensor1D;
  /** [m] Σ_j w_j H(s_i − s_j) at each entry i; all sorted. */
  below(weights: Tensor1D, sums?: SumsBetween): Tensor1D;
}

/** Sorts once. H is piecewise linear, so that a sum is one over the entries wholly above (or below) and one over those within δ. */
export function sortEntries(given: Tensor1D, delta: number): SortedEntries {
  const m = given.size;
  const { values: scores, indices: order } = topk<Tensor1D>(given, m, true);
  const places = topk<Tensor1D>(neg<Tensor1D>(cast(order, 'float32')), m, true).indices;
  const ascending = neg<Tensor1D>(scores);
  /** How many entries lie wholly above entry i, s_j − s_i ≥ δ, and how many not wholly below, s_j − s_i > −δ. */
  const full: Tensor1D = reshape(searchSorted(ascending, sub(ascending, delta), 'right'), [m]);
  const end: Tensor1D = reshape(searchSorted(ascending, add(ascending, delta), 'left'), [m]);
  const whole = (weights: Tensor1D, from: Tensor1D, to: Tensor1D, sums: SumsBetween): Tensor1D =>
    squeeze(sums(expandDims(weights, 1), from, to), [1]);
  /** The entries within δ, `sign` · (s_j − s_i) / 2δ + ½ each. */
  const partly = (weights: Tensor1D, sign: 1 | -1, sums: SumsBetween): Tensor1D => {
    if (delta === 0) return zerosLike(scores);
    const both = sums(stack([weights, mul(weights, scores)], 1) as Tensor2D, full, end);
    const weight: Tensor1D = squeeze(slice(both, [0, 0], [m, 1]), [1]);
    const moment: Tensor1D = squeeze(slice(both, [0, 1], [m, 1]), [1]);
    return add(mul(sub(moment, mul(scores, weight)), sign / (2 * delta)), mul(weight, 0.5));
  };
  return {
    sorted: (values) => gather(values, order),
    unsorted: (values) => gather(values, places),
    above: (weights, sums = sumsBetween) =>
      add(whole(weights, zerosLike(full), full, sums), partly(weights, 1, sums)),
    below: (weights, sums = sumsBetween) =>
      add(whole(weights, end, fill([m], m, 'int32') as Tensor1D, sums), partly(weights, -1, sums)),
  };
}

/** Differences of running sums. */
export function sumsBetween(weights: Tensor2D, from: Tensor1D, to: Tensor1D): Tensor2D {
  const running = runningSums(weights);
  return sub(gather(running, to), gather(running, from));
}

/** [m + 1, K] sums of the first 0…m rows. */
export function runningSums(weights: Tensor2D): Tensor2D {
  return pad(cumsum(weights, 0), [
    [1, 0],
    [0, 0],
  ]);
}

/** [m] the smallest value from each place on, by doubling steps; values ≤ 1. */
export function minimumFrom(values: Tensor1D): Tensor1D {
  const m = values.size;
  let smallest = values;
  for (let step = 1; step < m; step *= 2) {
    const beyond: Tensor1D = ones([step]);
    smallest = minimum(smallest, concat<Tensor1D>([slice(smallest, step, m - step), beyond]));
  }
  return smallest;
}
