import type { Given, SampleField, SampleWeights, Samples, SoftStrategy } from '@equipoise/core';
import { checkOptions, labelWeights, weightsOfAll } from '@equipoise/core';
import { tidy } from '@tensorflow/tfjs-core';
import { type DensityOptions, densitySpecs } from './density-options.ts';
import { gradientNorms } from './gradient-norms.ts';
import { groupsOf, harmonize } from './harmonize.ts';
import { emptyDensity, type RunningDensity } from './running-density.ts';

/** Options of {@link ghmC}: 30 unit regions, momentum .75, loss weight 1. */
export type GhmCOptions = DensityOptions;

/**
 * GHM-C: each (sample, class) entry weighs β = N / GD(g), so that gradient norms that are frequent, those of easy negatives and those of
 * outliers, count less. L = Σ β·CE / N over the N entries that are not ignored; where norms are spread evenly it is the mean
 * cross-entropy. Li et al. 2019 §3; g as {@link gradientNorms} says.
 *
 * β is a constant for differentiation. A label weight counts as 0 or not 0 (all implementations). Boxes are as in the plain criterion.
 * Without momentum, L = mean over non-empty regions of the mean cross-entropy in a region.
 *
 * @throws EquipoiseError for an option that is unknown or out of range; at a step with scope `level`, where samples have no level.
 */
export function ghmC(options: Given<GhmCOptions> = {}): SoftStrategy<RunningDensity> {
  const inForce = checkGhmC(options);
  return {
    kind: 'soft',
    name: 'ghm-c',
    options: { ...inForce },
    needs: densityNeeds(inForce),
    init: () => emptyDensity(inForce),
    apply(samples, state) {
      const { next, ...classification } = harmonizeClasses(samples, state, inForce);
      return [{ ...weightsOfAll(samples, 'positives'), ...classification }, next];
    },
  };
}

/** The options in force. */
export function checkGhmC(options: Given<GhmCOptions>): GhmCOptions {
  return checkOptions('ghm', densitySpecs({ bins: 30, momentum: 0.75, lossWeight: 1 }, options), options);
}

/** The fields that a scope asks for. */
export function densityNeeds({ scope }: DensityOptions): readonly SampleField[] {
  return scope === 'level' ? ['level'] : [];
}

/** The classification part of a step. */
export function harmonizeClasses(
  samples: Samples,
  state: RunningDensity,
  options: DensityOptions,
): Pick<SampleWeights, 'classification' | 'classificationNormalizer'> & { readonly next: RunningDensity } {
  return tidy(() => {
    const norms = gradientNorms(samples);
    const { weights, entries, next } = harmonize(
      groupsOf(samples, options),
      norms,
      labelWeights(samples),
      state,
      options,
    );
    return { classification: weights, classificationNormalizer: entries, next };
  });
}
