import type { Given, SoftStrategy } from '@equipoise/core';
import { checkOptions, type OptionSpec } from '@equipoise/core';
import { checkGhmC, densityNeeds, type GhmCOptions, harmonizeClasses } from './ghm-c.ts';
import { BOX_NEEDS, checkGhmR, type GhmROptions, harmonizeBoxes, lossOf } from './ghm-r.ts';
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
  const given = checkOptions<GhmOptions>('ghm', { classification: OPTIONS, box: OPTIONS }, options);
  const classes = checkGhmC(given.classification);
  const boxes = checkGhmR(given.box);
  return {
    kind: 'soft',
    name: 'ghm',
    options: { classification: { ...classes }, box: { ...boxes } },
    needs: [...new Set([...BOX_NEEDS, ...densityNeeds(classes), ...densityNeeds(boxes)])],
    init: () => ({ classification: emptyDensity(classes), box: emptyDensity(boxes) }),
    apply(samples, state) {
      const { next, ...weights } = harmonizeClasses(samples, state.classification, classes);
      const { box, boxNormalizer, next: nextBox } = harmonizeBoxes(samples, state.box, boxes);
      return [
        { ...weights, box, boxNormalizer },
        { classification: next, box: nextBox },
      ];
    },
    loss(samples, state) {
      const { next, ...weights } = harmonizeClasses(samples, state.classification, classes);
      const harmonized = harmonizeBoxes(samples, state.box, boxes);
      const { box, boxNormalizer } = harmonized;
      return [
        lossOf(samples, { ...weights, box, boxNormalizer }, harmonized),
        { classification: next, box: harmonized.next },
      ];
    },
  };
}

const OPTIONS: OptionSpec<object> = {
  default: {},
  expected: 'an object of options',
  accepts: (value) => typeof value === 'object' && value !== null,
};
