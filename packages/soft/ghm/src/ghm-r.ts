import type { Given, Samples, SampleWeights, SoftStrategy, StrategyLoss } from '@equipoise/core';
import {
  checkOptions,
  classificationLosses,
  detach,
  detachWeights,
  positives,
  spread,
  weightedSum,
  weightsOfAll,
} from '@equipoise/core';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import { cast, div, mean, sub, tidy, where } from '@tensorflow/tfjs-core';
import { authenticSmoothL1Entries, authenticSmoothL1Norms, muOption } from './authentic-smooth-l1.ts';
import { type DensityOptions, densitySpecs } from './density-options.ts';
import { densityNeeds } from './ghm-c.ts';
import { groupsOf, harmonize } from './harmonize.ts';
import { emptyDensity, type RunningDensity } from './running-density.ts';

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
  return {
    kind: 'soft',
    name: 'ghm-r',
    options: { ...inForce },
    needs: [...BOX_NEEDS, ...densityNeeds(inForce)],
    init: () => emptyDensity(inForce),
    apply(samples, state) {
      const { box, boxNormalizer, next } = harmonizeBoxes(samples, state, inForce);
      return [{ ...weightsOfAll(samples, 'mean'), box, boxNormalizer }, next];
    },
    loss(samples, state): readonly [StrategyLoss, RunningDensity] {
      const boxes = harmonizeBoxes(samples, state, inForce);
      const { box, boxNormalizer, next } = boxes;
      const weights = { ...weightsOfAll(samples, 'mean'), box, boxNormalizer };
      return [lossOf(samples, weights, boxes), next];
    },
  };
}

/** The fields that the box part asks for. */
export const BOX_NEEDS = ['deltas', 'deltaTargets'] as const;

/** The options in force. */
export function checkGhmR(options: Given<GhmROptions>): GhmROptions {
  const shared = densitySpecs({ bins: 10, momentum: 0.7, lossWeight: 10 }, options);
  return checkOptions<GhmROptions>('ghm', { ...shared, mu: muOption(0.02) }, options);
}

/** The box part of a step. */
export interface HarmonizedBoxes extends Pick<SampleWeights, 'box' | 'boxNormalizer'> {
  /** [n, 4] loss of each coordinate; the gradient reaches the deltas. */
  readonly losses: Tensor2D;
  /** [n, 4] weight of each coordinate. */
  readonly weights: Tensor2D;
  readonly next: RunningDensity;
}

/** Losses and weights of every coordinate; 0 at samples that are no positives, whatever their targets hold. */
export function harmonizeBoxes(
  samples: Samples,
  state: RunningDensity,
  options: GhmROptions,
): HarmonizedBoxes {
  const positive = positives(samples);
  const deltas = samples.deltas!;
  const errors: Tensor2D = tidy(() =>
    sub(deltas, where(cast(spread(positive, 4), 'bool'), samples.deltaTargets!, detach(deltas))),
  );
  const losses = authenticSmoothL1Entries(errors, options.mu);
  const constant = tidy(() => {
    const norms = authenticSmoothL1Norms(detach(errors), options.mu);
    const { weights, entries, next } = harmonize(groupsOf(samples, options), norms, positive, state, options);
    return { weights: weights as Tensor2D, box: mean(weights, 1), boxNormalizer: entries, next };
  });
  return { losses, ...constant } as HarmonizedBoxes;
}

/** Both losses of a step from its weights, the box loss coordinate by coordinate. */
export function lossOf(samples: Samples, weights: SampleWeights, boxes: HarmonizedBoxes): StrategyLoss {
  const { classification, classificationNormalizer, boxNormalizer } = weights;
  return {
    classification: tidy(() =>
      div<Scalar>(weightedSum(classificationLosses(samples), classification), classificationNormalizer),
    ),
    box: tidy(() => div<Scalar>(weightedSum(boxes.losses, boxes.weights), boxNormalizer)),
    weights: detachWeights(weights),
  };
}
