import type { Given, SoftStrategy } from '@equipoise/core';
import { checkOptions, choiceOption, labelWeights, numberOption } from '@equipoise/core';
import { ALPHA_OFF, alphaOption, nullIsOff } from '../shared/alpha.ts';
import { factorStrategy } from '../shared/factor-strategy.ts';
import { focalFactorOf } from './focal-formula.ts';
import type { FocalNormalizer, FocalState } from './normalizers.ts';
import { FOCAL_NORMALIZERS, initialState, normalized } from './normalizers.ts';

/** Options of {@link focal}. */
export interface FocalOptions {
  /** Whose defaults the other options have. Default `paper`. */
  readonly preset: FocalPreset;
  /** Weight of positive entries, in [0, 1]; negative ones weigh 1 − α; −1 or `null`: no α. Default .25; −1 with preset `fvcore`. */
  readonly alpha: number | null;
  /** How strongly easy entries are discounted, ≥ 0; 0 is balanced cross-entropy. Default 2. */
  readonly gamma: number;
  /** What the sum is divided by: see {@link FocalNormalizer}. Default `positives`; the preset's own with `mmdet`, `detectron2` and `torchvision`, `sum` with `fvcore`. */
  readonly normalizer: FocalNormalizer;
}

/** Whose α and normaliser {@link focal} takes. The formula is the same in all. */
export type FocalPreset = 'paper' | 'mmdet' | 'detectron2' | 'torchvision' | 'fvcore';

const PRESETS: Readonly<
  Record<FocalPreset, { readonly alpha: number; readonly normalizer: FocalNormalizer }>
> = {
  paper: { alpha: 0.25, normalizer: 'positives' },
  mmdet: { alpha: 0.25, normalizer: 'mmdet' },
  detectron2: { alpha: 0.25, normalizer: 'detectron2' },
  torchvision: { alpha: 0.25, normalizer: 'torchvision' },
  fvcore: { alpha: ALPHA_OFF, normalizer: 'sum' },
};

/**
 * Focal loss, −α_t (1 − p_t)^γ ln p_t over all entries, divided by the positives of the batch (at least 1). Lin et al. 2017 §3.2; use it
 * with {@link priorBias}. With softmax, α_t is α at positives and 1 − α at background. The state, with normaliser `detectron2`, is the
 * running mean of positives.
 *
 * @throws EquipoiseError for an option that is unknown or out of range.
 */
export function focal(options: Given<FocalOptions> = {}): SoftStrategy<FocalState> {
  const { preset = 'paper' } = options;
  const defaults = Object.hasOwn(PRESETS, preset) ? PRESETS[preset] : PRESETS.paper;
  const inForce = checkOptions<FocalOptions>(
    '@equipoise/focal',
    {
      preset: choiceOption(Object.keys(PRESETS) as FocalPreset[], 'paper'),
      alpha: alphaOption(defaults.alpha),
      gamma: numberOption(2, { min: 0 }),
      normalizer: choiceOption(FOCAL_NORMALIZERS, defaults.normalizer),
    },
    nullIsOff(options),
  );
  const { alpha, gamma, normalizer } = inForce;
  return factorStrategy<FocalState>({
    name: 'focal',
    options: { ...inForce },
    init: () => initialState(normalizer),
    rows: (samples, state) => normalized(samples, labelWeights(samples), normalizer, state),
    factor: (terms) => focalFactorOf(terms, alpha, gamma),
  });
}
