import type { Given } from '@equipoise/core';
import { checkOptions, choiceOption, numberOption } from '@equipoise/core';
import type { ImportanceOptions } from './importance.ts';
import { importanceOptions } from './importance.ts';
import type { PisaPreset } from './iou-hlr.ts';

/** Options of ISR-N; k = .5 and β = 0 by default. */
export interface IsrNOptions extends ImportanceOptions {
  /** How many samples train in each image, an integer ≥ 1. Default 512. */
  readonly count: number;
  /** At most this share of them are positives, in [0, 1]. Default .25. */
  readonly positiveFraction: number;
  /** At most this many negatives a positive (of max(1, positives)); -1 no bound: negatives fill up to `count`. Default -1. */
  readonly maxNegativesPerPositive: number;
  /** A negative is ranked if its highest class probability is above this, in [0, 1]. Default .05. */
  readonly scoreThreshold: number;
  /** Negatives whose predicted boxes overlap by this IoU or more belong to one group, in [1e-6, 1]. Default .5. */
  readonly iouThreshold: number;
  /** `paper` (default): sorts exactly. `mmdet`: sorts by float32 sums, which makes ties. */
  readonly preset: PisaPreset;
}

/** Checked options with every default filled in. */
export function isrNOptions(options: Given<IsrNOptions>): IsrNOptions {
  return checkOptions<IsrNOptions>(
    '@equipoise/pisa',
    {
      ...importanceOptions(0.5, 0),
      count: numberOption(512, { min: 1, integer: true }),
      positiveFraction: numberOption(0.25, { min: 0, max: 1 }),
      maxNegativesPerPositive: numberOption(-1, { min: -1 }),
      scoreThreshold: numberOption(0.05, { min: 0, max: 1 }),
      iouThreshold: numberOption(0.5, { min: 1e-6, max: 1 }),
      preset: choiceOption<PisaPreset>(['paper', 'mmdet'], 'paper'),
    },
    options,
  );
}
