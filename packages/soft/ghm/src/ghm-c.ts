import type { Given, SampleField, SampleWeights, Samples, SoftStrategy, StrategyLoss } from '@equipoise/core';
import {
  boxTerm,
  checkOptions,
  classificationLosses,
  detachWeights,
  labelWeights,
  weightsOfAll,
  withWeights,
} from '@equipoise/core';
import { type DensityOptions, densitySpecs } from './density-options.ts';
import { entryTerms } from './entry-terms.ts';
import { gradientNorms } from './gradient-norms.ts';
import { groupsOf, type Harmony, harmonize } from './harmonize.ts';
import { harmonyFormulas } from './harmony-formulas.ts';
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
  const harmonized = harmonizedClasses(inForce);
  return {
    kind: 'soft',
    name: 'ghm-c',
    options: { ...inForce },
    needs: densityNeeds(inForce),
    init: () => emptyDensity(inForce),
    apply(samples, state) {
      const harmony = harmonized(samples, state);
      return [weightsOf(samples, harmony), harmony.next];
    },
    loss(samples, state): readonly [StrategyLoss, RunningDensity] {
      const harmony = harmonized(samples, state);
      const box = boxTerm(samples, weightsOfAll(samples, 'positives'));
      const losses = { classification: harmony.loss(), box };
      return [withWeights(losses, () => detachWeights(weightsOf(samples, harmony))), harmony.next];
    },
  };
}

function weightsOf(samples: Samples, { weights, entries }: Harmony): SampleWeights {
  return {
    ...weightsOfAll(samples, 'positives'),
    classification: weights(),
    classificationNormalizer: entries,
  };
}

/** The options in force. */
export function checkGhmC(options: Given<GhmCOptions>): GhmCOptions {
  return checkOptions(
    '@equipoise/ghm',
    densitySpecs({ bins: 30, momentum: 0.75, lossWeight: 1 }, options),
    options,
  );
}

/** The fields that a scope asks for. */
export function densityNeeds({ scope }: DensityOptions): readonly SampleField[] {
  return scope === 'level' ? ['level'] : [];
}

/** The classification part of a step under options: of every entry with sigmoid, of every row with softmax. */
export function harmonizedClasses(
  options: DensityOptions,
): (samples: Samples, state: RunningDensity) => Harmony {
  const ofEntries = harmonyFormulas(
    {
      inputs: { logits: 'entry', labels: 'row' },
      by: 'logits',
      norm: ({ logits, labels }) => entryTerms(logits, labels).norm,
      loss: ({ logits, labels }) => entryTerms(logits, labels).crossEntropy,
    },
    options,
  );
  const ofRows = harmonyFormulas(
    {
      inputs: { crossEntropy: 'entry', norms: 'entry' },
      by: 'crossEntropy',
      norm: ({ norms }) => norms,
      loss: ({ crossEntropy }) => crossEntropy,
    },
    options,
  );
  return (samples, state) => {
    const { logits, labels, task } = samples;
    const parts =
      task?.activation === 'softmax'
        ? {
            formulas: ofRows,
            tensors: { crossEntropy: classificationLosses(samples), norms: gradientNorms(samples) },
          }
        : { formulas: ofEntries, tensors: { logits, labels } };
    const given = { ...parts, counted: labelWeights(samples) };
    return harmonize(given, groupsOf(samples, options), state, options);
  };
}
