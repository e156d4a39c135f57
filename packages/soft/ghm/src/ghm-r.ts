import type { Expression, Given, Samples, SampleWeights, SoftStrategy, StrategyLoss } from '@equipoise/core';
import {
  checkOptions,
  classificationTerm,
  detachWeights,
  formula,
  positives,
  weightsOfAll,
  withWeights,
} from '@equipoise/core';
import { mean, tidy } from '@tensorflow/tfjs-core';
import { authenticSmoothL1NormOf, authenticSmoothL1Of, muOption } from './authentic-smooth-l1.ts';
import { type DensityOptions, densitySpecs } from './density-options.ts';
import { densityNeeds } from './ghm-c.ts';
import { groupsOf, type Harmony, harmonize } from './harmonize.ts';
import { harmonyFormulas } from './harmony-formulas.ts';
import { emptyDensity, type RunningDensity } from './running-density.ts';

const { greater, select, sub } = formula;

/** Options of {@link ghmR}: 10 unit regions, momentum .7, loss weight 10. */
export interface GhmROptions extends DensityOptions {
  /** μ of the authentic smooth L1 loss, in delta units, > 0. Default .02. */
  readonly mu: number;
}

/**
 * GHM-R: the box loss is the authentic smooth L1 of each coordinate of each positive, weighted with β = N / GD(g),
 * g = |d| / √(d² + μ²). L = loss weight × Σ β·ASL1 / N over the N = 4 × positives coordinates; it takes the place of the task's box loss.
 * Classification is plain cross-entropy, a mean. Li et al. 2019 §3.4.
 *
 * β is a constant for differentiation. Without positives the loss is 0. The [n] box weights it reports are the means over four
 * coordinates.
 *
 * @throws EquipoiseError for an option that is unknown or out of range; at a step, where samples lack deltas or deltaTargets, or the
 * level that scope `level` asks for.
 */
export function ghmR(options: Given<GhmROptions> = {}): SoftStrategy<RunningDensity> {
  const inForce = checkGhmR(options);
  const harmonized = harmonizedBoxes(inForce);
  return {
    kind: 'soft',
    name: 'ghm-r',
    options: { ...inForce },
    needs: [...BOX_NEEDS, ...densityNeeds(inForce)],
    init: () => emptyDensity(inForce),
    apply(samples, state) {
      const harmony = harmonized(samples, state);
      return [{ ...weightsOfAll(samples, 'mean'), ...boxWeights(harmony) }, harmony.next];
    },
    loss(samples, state): readonly [StrategyLoss, RunningDensity] {
      const harmony = harmonized(samples, state);
      const all = weightsOfAll(samples, 'mean');
      const losses = { classification: classificationTerm(samples, all), box: harmony.loss() };
      return [withWeights(losses, () => detachWeights({ ...all, ...boxWeights(harmony) })), harmony.next];
    },
  };
}

/** The fields that the box part asks for. */
export const BOX_NEEDS = ['deltas', 'deltaTargets'] as const;

/** The options in force. */
export function checkGhmR(options: Given<GhmROptions>): GhmROptions {
  const shared = densitySpecs({ bins: 10, momentum: 0.7, lossWeight: 10 }, options);
  return checkOptions<GhmROptions>('@equipoise/ghm', { ...shared, mu: muOption(0.02) }, options);
}

/** The error of a coordinate is 0 at samples that are no positives, whatever their targets hold. */
export function harmonizedBoxes(options: GhmROptions): (samples: Samples, state: RunningDensity) => Harmony {
  const { mu } = options;
  type Coordinate = Readonly<Record<'deltas' | 'targets' | 'positive', Expression>>;
  const errorOf = ({ deltas, targets, positive }: Coordinate): Expression =>
    select(greater(positive, 0), sub(deltas, targets), 0);
  const formulas = harmonyFormulas(
    {
      inputs: { deltas: 'entry', targets: 'entry', positive: 'row' },
      by: 'deltas',
      norm: (coordinate) => authenticSmoothL1NormOf(errorOf(coordinate), mu),
      loss: (coordinate) => authenticSmoothL1Of(errorOf(coordinate), mu),
    },
    options,
  );
  return (samples, state) => {
    const positive = positives(samples);
    const tensors = { deltas: samples.deltas!, targets: samples.deltaTargets!, positive };
    return harmonize({ formulas, tensors, counted: positive }, groupsOf(samples, options), state, options);
  };
}

/** What is reported of the weights of coordinates: the mean of each sample's four. */
export function boxWeights({ weights, entries }: Harmony): Pick<SampleWeights, 'box' | 'boxNormalizer'> {
  return { box: tidy(() => mean(weights(), 1)), boxNormalizer: entries };
}
