import type { Given, OptionSpec, OptionSpecs } from '@equipoise/core';
import { choiceOption, flagOption, numberOption } from '@equipoise/core';

/** How the density of gradient norms is taken, and what becomes of it. Shared by GHM-C and GHM-R. */
export interface DensityOptions {
  /**
   * `corrected` (default): the density of the whole batch, running means corrected for their start from 0.
   * `paper`: the same, but β = N / (density × all bins), empty ones too.
   * `mmdet`: number for number mmdetection 2.x / 3.x and the authors' code: running means start at 0 without correction, so that the first
   * weights are 1 / (1 − momentum) times too large; bins that are empty in a step stay as they are. With `scope: 'level'` all levels
   * share one running mean, updated once a level in order, and each level's loss is a mean of its own, summed over levels.
   */
  readonly preset: 'corrected' | 'paper' | 'mmdet';
  /**
   * `unit-region` (default): a histogram of `bins` equal bins, O(N). `exact`: for each entry the number of norms in a window of width
   * `epsilon` around its own, O(N log N), without momentum. Paper §3.3 and §3.2.
   */
  readonly density: 'unit-region' | 'exact';
  /** Unit regions, an integer ≥ 1. Default 30 (GHM-C), 10 (GHM-R). */
  readonly bins: number;
  /** Width of the window of the exact density, in (0, 1]. Default 1/30 (GHM-C), 1/10 (GHM-R). */
  readonly epsilon: number;
  /** Share of the past in the running mean of the counts of a unit region, in [0, 1). Default .75 (GHM-C), .7 (GHM-R). */
  readonly momentum: number;
  /** Whether the running means are divided by 1 − momentumᵗ after t updates. Default true; false with preset `mmdet`. */
  readonly biasCorrection: boolean;
  /** Which unit regions the weights are divided by: those not empty in this step, or all. Default `non-empty`; `all` with preset `paper`. */
  readonly normalizeBy: 'non-empty' | 'all';
  /**
   * Whose norms make up a density: those of the whole `batch` (default), of an `image`, or of a pyramid `level`. Levels have running
   * means of their own. Images share one, updated image after image as if each were a batch.
   */
  readonly scope: 'batch' | 'image' | 'level';
  /** Pyramid levels, for scope `level`: `samples.level` is 0…levels-1. Default 5. */
  readonly levels: number;
  /** Upper bound of a weight, > 0, so that a rare norm does not explode. Default none (Infinity). */
  readonly maxWeight: number;
  /** Factor of the loss, ≥ 0. Default 1 (GHM-C), 10 (GHM-R). */
  readonly lossWeight: number;
}

/** What GHM-C and GHM-R have different defaults for. */
export type DensityDefaults = Pick<DensityOptions, 'bins' | 'momentum' | 'lossWeight'>;

/** The checks of the shared options; a preset is a set of defaults. */
export function densitySpecs(
  defaults: DensityDefaults,
  { preset }: Given<Pick<DensityOptions, 'preset'>>,
): OptionSpecs<DensityOptions> {
  return {
    preset: choiceOption(['corrected', 'paper', 'mmdet'], 'corrected'),
    density: choiceOption(['unit-region', 'exact'], 'unit-region'),
    bins: numberOption(defaults.bins, { min: 1, integer: true }),
    epsilon: numberOption(1 / defaults.bins, { min: 1e-6, max: 1 }),
    momentum: numberOption(defaults.momentum, { min: 0, max: 0.9999 }),
    biasCorrection: flagOption(preset !== 'mmdet'),
    normalizeBy: choiceOption(['non-empty', 'all'], preset === 'paper' ? 'all' : 'non-empty'),
    scope: choiceOption(['batch', 'image', 'level'], 'batch'),
    levels: numberOption(5, { min: 1, integer: true }),
    maxWeight: UPPER_BOUND,
    lossWeight: numberOption(defaults.lossWeight, { min: 0 }),
  };
}

const UPPER_BOUND: OptionSpec<number> = {
  default: Infinity,
  expected: 'a number > 0, or Infinity for none',
  accepts: (value) => typeof value === 'number' && value > 0,
};
