import type { Given, OptionSpecs } from '@equipoise/core';
import { checkOptions, choiceOption, numberOption } from '@equipoise/core';

/** Whose online hard example mining. */
export type OhemPreset = 'paper' | 'official' | 'mmdet' | 'r-fcn' | 'tf';

/** Options of `ohem`. */
export interface OhemOptions {
  /**
   * Whose behaviour; sets the defaults of the other options. Default `paper`.
   *
   * - `paper`: per image, NMS with the loss as score, then the 64 highest; no quota.
   * - `official` (abhi2610/ohem): the 64 highest of the whole batch; NMS per image *and label*, box sides one pixel longer; classification
   *   losses of at most 36.04. Box losses, too, are divided by all chosen.
   * - `mmdet` (`OHEMSampler` 3.3): ranks by classification loss alone, no NMS; up to a quarter of 512 positives, then negatives. Box losses
   *   are divided by all chosen.
   * - `r-fcn` (`BoxAnnotatorOHEM`): the 128 highest of each image, no NMS. Box losses are divided by all chosen.
   * - `tf` (`HardExampleMiner`): ranks by .05 classification + .06 box loss, NMS of the *predicted* boxes. Losses are divided by the positives
   *   of the batch, chosen or not.
   */
  readonly preset: OhemPreset;
  /** How many samples train in each image, or in the batch where `scope` says so, an integer ≥ 1. Default 64 (128 RoIs over two images). */
  readonly count: number;
  /** Of two RoIs that overlap by more than this IoU, only that of higher loss may train, in [0, 1]; 1 turns the NMS off. Default .7. */
  readonly nmsThreshold: number;
  /** Whether `count` is for each `image` (default) or for the whole `batch`. */
  readonly scope: 'image' | 'batch';
  /** Factor of the classification loss in the ranking, ≥ 0. Default 1. */
  readonly classificationWeight: number;
  /** Factor of the box loss in the ranking, ≥ 0; 0 needs no deltas. Default 1. */
  readonly boxWeight: number;
  /** Positives and negatives ranked apart, at most this share of `count` positives, in [0, 1]; -1 together. Default -1. */
  readonly positiveFraction: number;
  /** Of the chosen, at most this many negatives a chosen positive, hardest first, ≥ 0; -1 no bound. Default -1. */
  readonly maxNegativesPerPositive: number;
  /** With that bound, at least this many negatives all the same, an integer ≥ 0. Default 0. */
  readonly minNegatives: number;
}

const PAPER: OhemOptions = {
  preset: 'paper',
  count: 64,
  nmsThreshold: 0.7,
  scope: 'image',
  classificationWeight: 1,
  boxWeight: 1,
  positiveFraction: -1,
  maxNegativesPerPositive: -1,
  minNegatives: 0,
};

const PRESETS: Readonly<Record<OhemPreset, Partial<OhemOptions>>> = {
  paper: {},
  official: { scope: 'batch' },
  mmdet: { count: 512, nmsThreshold: 1, boxWeight: 0, positiveFraction: 0.25 },
  'r-fcn': { count: 128, nmsThreshold: 1 },
  tf: { classificationWeight: 0.05, boxWeight: 0.06 },
};

/** The options in force: the preset's, overwritten by what was given. */
export function optionsInForce(given: Given<OhemOptions>): Readonly<OhemOptions> {
  const known = given.preset !== undefined && Object.hasOwn(PRESETS, given.preset);
  const defaults = { ...PAPER, ...PRESETS[known ? given.preset : 'paper'] };
  const shareOr = (initial: number, max: number, expected: string) => ({
    default: initial,
    expected: `${expected}, or -1`,
    accepts: (value: unknown) => typeof value === 'number' && (value === -1 || (value >= 0 && value <= max)),
  });
  const specs: OptionSpecs<OhemOptions> = {
    preset: choiceOption(Object.keys(PRESETS) as OhemPreset[], 'paper'),
    count: numberOption(defaults.count, { min: 1, integer: true }),
    nmsThreshold: numberOption(defaults.nmsThreshold, { min: 0, max: 1 }),
    scope: choiceOption(['image', 'batch'], defaults.scope),
    classificationWeight: numberOption(defaults.classificationWeight, { min: 0 }),
    boxWeight: numberOption(defaults.boxWeight, { min: 0 }),
    positiveFraction: shareOr(defaults.positiveFraction, 1, 'a number in [0, 1]'),
    maxNegativesPerPositive: shareOr(defaults.maxNegativesPerPositive, Number.MAX_VALUE, 'a number ≥ 0'),
    minNegatives: numberOption(defaults.minNegatives, { min: 0, integer: true }),
  };
  return checkOptions<OhemOptions>('@equipoise/ohem', specs, given);
}
