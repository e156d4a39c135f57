import type { Tensor2D } from '@tensorflow/tfjs-core';
import {
  add,
  broadcastTo,
  concat,
  div,
  greater,
  mul,
  slice,
  sum,
  tidy,
  where,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core';

import type { DensityOptions } from './density-options.ts';

/** The running means of the unit regions. `rows` is the number of levels where each has its own, else 1. */
export type RunningDensity = {
  /** [rows, bins] running means of the counts, from 0. */
  readonly counts: Tensor2D;
  /** [rows, bins] the same running means of the number 1: 1 − momentumᵗ after t updates, what a running mean from 0 is too small by. */
  readonly mass: Tensor2D;
};

/** What {@link RunningDensity} depends on. */
export type RunningOptions = Pick<DensityOptions, 'bins' | 'momentum' | 'preset' | 'scope' | 'levels'>;

/** Before the first step. */
export function emptyDensity(options: RunningOptions): RunningDensity {
  const rows = sharesOneRow(options) ? 1 : options.levels;
  return { counts: zeros([rows, options.bins]), mass: zeros([rows, options.bins]) };
}

/** After the counts [groups, bins] of a step: what each group sees, [groups, bins], and what is carried on. */
export function updateDensity(
  before: RunningDensity,
  counts: Tensor2D,
  options: RunningOptions,
): { readonly seen: RunningDensity; readonly next: RunningDensity } {
  const groups = counts.shape[0];
  if (!sharesOneRow(options) || groups === 1) {
    const next = updateRows(before, counts, options);
    return { seen: next, next };
  }
  const seen: RunningDensity[] = [];
  let next = before;
  for (let group = 0; group < groups; group += 1) {
    next = updateRows(next, slice(counts, [group, 0], [1, options.bins]), options);
    seen.push(next);
  }
  return {
    seen: { counts: concat(seen.map((row) => row.counts)), mass: concat(seen.map((row) => row.mass)) },
    next,
  };
}

/** The density that a running mean from 0 stands for. */
export function corrected({ counts, mass }: RunningDensity): Tensor2D {
  return tidy(() => div(counts, where(greater(mass, 0), mass, add(zerosLike(mass), 1))));
}

/** Levels are the same from step to step, images are not. */
function sharesOneRow({ scope, preset }: RunningOptions): boolean {
  return scope !== 'level' || preset === 'mmdet';
}

/** A group without entries teaches nothing; in mmdetection neither does a bin without. */
function updateRows(
  before: RunningDensity,
  counts: Tensor2D,
  { momentum, preset }: RunningOptions,
): RunningDensity {
  return tidy(() => {
    const observed =
      preset === 'mmdet' ? greater(counts, 0) : broadcastTo(greater(sum(counts, 1, true), 0), counts.shape);
    const mean = (past: Tensor2D, now: Tensor2D | number): Tensor2D =>
      where(observed, add(mul(past, momentum), mul(now, 1 - momentum)), past);
    return { counts: mean(before.counts, counts), mass: mean(before.mass, 1) };
  });
}
