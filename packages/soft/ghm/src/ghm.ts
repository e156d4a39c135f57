import type { Given, SampleWeights, SoftStrategy, StrategyLoss } from '@equipoise/core';
import { checkOptions, detachWeights, type OptionSpec, withWeights } from '@equipoise/core';
import { checkGhmC, densityNeeds, type GhmCOptions, harmonizedClasses } from './ghm-c.ts';
import { BOX_NEEDS, boxWeights, checkGhmR, type GhmROptions, harmonizedBoxes } from './ghm-r.ts';
import type { Harmony } from './harmonize.ts';
import { emptyDensity, type RunningDensity } from './running-density.ts';

/** Options of {@link ghm}. */
export interface GhmOptions {
  /** Of GHM-C. */
  readonly classification: Given<GhmCOptions>;
  /** Of GHM-R. */
  readonly box: Given<GhmROptions>;
}

/** What {@link ghm} carries from step to step. */
export type GhmState = { readonly classification: RunningDensity; readonly box: RunningDensity };

/**
 * The whole gradient harmonizing mechanism: {@link ghmC} for the classes and {@link ghmR} for the boxes. Li et al. 2019.
 *
 * @throws EquipoiseError as both of them.
 */
export function ghm(options: Given<GhmOptions> = {}): SoftStrategy<GhmState> {
  const given = checkOptions<GhmOptions>(
    '@equipoise/ghm',
    { classification: OPTIONS, box: OPTIONS },
    options,
  );
  const classes = checkGhmC(given.classification);
  const boxes = checkGhmR(given.box);
  const ofClasses = harmonizedClasses(classes);
  const ofBoxes = harmonizedBoxes(boxes);
  const weightsOf = (ofClass: Harmony, ofBox: Harmony): SampleWeights => ({
    classification: ofClass.weights(),
    classificationNormalizer: ofClass.entries,
    ...boxWeights(ofBox),
  });
  return {
    kind: 'soft',
    name: 'ghm',
    options: { classification: { ...classes }, box: { ...boxes } },
    needs: [...new Set([...BOX_NEEDS, ...densityNeeds(classes), ...densityNeeds(boxes)])],
    init: () => ({ classification: emptyDensity(classes), box: emptyDensity(boxes) }),
    apply(samples, state) {
      const ofClass = ofClasses(samples, state.classification);
      const ofBox = ofBoxes(samples, state.box);
      return [weightsOf(ofClass, ofBox), { classification: ofClass.next, box: ofBox.next }];
    },
    loss(samples, state): readonly [StrategyLoss, GhmState] {
      const ofClass = ofClasses(samples, state.classification);
      const ofBox = ofBoxes(samples, state.box);
      const losses = { classification: ofClass.loss(), box: ofBox.loss() };
      return [
        withWeights(losses, () => detachWeights(weightsOf(ofClass, ofBox))),
        { classification: ofClass.next, box: ofBox.next },
      ];
    },
  };
}

const OPTIONS: OptionSpec<object> = {
  default: {},
  expected: 'an object of options',
  accepts: (value) => typeof value === 'object' && value !== null,
};
