import type { Given, OptionSpecs } from '@equipoise/core';
import { checkOptions, choiceOption, numberOption } from '@equipoise/core';

/** Whose hard-negative mining. */
export type HardNegativeMiningPreset =
  | 'corrected'
  | 'caffe'
  | 'mmdet'
  | 'torchvision'
  | 'paddle'
  | 'ssd.pytorch';

/** Options of `hardNegativeMining`. */
export interface HardNegativeMiningOptions {
  /**
   * Whose behaviour; sets the defaults of the other options. Default `corrected`.
   *
   * - `corrected`: losses divided by the positives of the batch, at least 1.
   * - `caffe` (weiliu89/caffe): only negatives whose best IoU is below .5 are mined (`maxOverlap`); losses above -ln(FLT_MIN) = 87.34 tie.
   * - `mmdet` (3.3): divided by Σ max(1, positives) over images; positives of label weight 0 count too, for k and here.
   * - `torchvision` (.17): where an image has fewer than `ratio` · positives negatives, its positives fill up and so count twice.
   * - `paddle`: 1 % of the samples of an image without positives are mined (`emptyShare`).
   * - `ssd.pytorch`: the divisor has no lower bound, so that a batch without positives gives NaN.
   */
  readonly preset: HardNegativeMiningPreset;
  /** Negatives a positive, ≥ 0. Default 3. */
  readonly ratio: number;
  /** At least this many negatives in every image, also where it has no positives. Default 0 (SSD): such an image trains nothing. */
  readonly minNegatives: number;
  /** Share of the samples, in [0, 1], that is mined in an image without positives, rounded up. Default 0; `paddle` .01. */
  readonly emptyShare: number;
  /** Only negatives whose best IoU is below this are mined, in (0, 1]; 1 for all. Needs `maxOverlaps`. Default 1; `caffe` .5. */
  readonly maxOverlap: number;
  /** What both losses are divided by: positives of the batch, or positives of each image but at least 1, summed. */
  readonly normalizer: 'positives' | 'positives-per-image';
}

const CORRECTED: HardNegativeMiningOptions = {
  preset: 'corrected',
  ratio: 3,
  minNegatives: 0,
  emptyShare: 0,
  maxOverlap: 1,
  normalizer: 'positives',
};

const PRESETS: Readonly<Record<HardNegativeMiningPreset, Partial<HardNegativeMiningOptions>>> = {
  corrected: {},
  caffe: { maxOverlap: 0.5 },
  mmdet: { normalizer: 'positives-per-image' },
  torchvision: {},
  paddle: { emptyShare: 0.01 },
  'ssd.pytorch': {},
};

/** The options in force: the preset's, overwritten by what was given. */
export function optionsInForce(given: Given<HardNegativeMiningOptions>): Readonly<HardNegativeMiningOptions> {
  const preset = choiceOption(Object.keys(PRESETS) as HardNegativeMiningPreset[], 'corrected');
  const known = given.preset !== undefined && Object.hasOwn(PRESETS, given.preset);
  const defaults = { ...CORRECTED, ...PRESETS[known ? given.preset : 'corrected'] };
  const specs: OptionSpecs<HardNegativeMiningOptions> = {
    preset,
    ratio: numberOption(defaults.ratio, { min: 0 }),
    minNegatives: numberOption(defaults.minNegatives, { min: 0, integer: true }),
    emptyShare: numberOption(defaults.emptyShare, { min: 0, max: 1 }),
    maxOverlap: {
      ...numberOption(defaults.maxOverlap, { min: Number.MIN_VALUE, max: 1 }),
      expected: 'a number in (0, 1]',
    },
    normalizer: choiceOption(['positives', 'positives-per-image'], defaults.normalizer),
  };
  return checkOptions<HardNegativeMiningOptions>('@equipoise/hard-negative-mining', specs, given);
}
