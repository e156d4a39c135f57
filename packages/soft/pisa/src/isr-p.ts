import type { Given, SampleStrategy, SoftStrategy, StrategyState } from '@equipoise/core';
import { checkOptions, choiceOption, detach, entryFormula, formula, pointwiseLoss } from '@equipoise/core';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import type { ImportanceOptions } from './importance.ts';
import { importanceOptions } from './importance.ts';
import type { PisaPreset } from './iou-hlr.ts';
import { IOU_HLR_NEEDS } from './iou-hlr.ts';
import { nameOver, plain } from './plain.ts';
import { positiveFactors, shareFormula } from './positive-factors.ts';

/** Options of {@link isrP}; k = 2 and β = 0 by default. */
export interface IsrPOptions extends ImportanceOptions {
  /**
   * `paper` (default): sorts exactly, and label weights multiply the result. `mmdet`: sorts by float32 sums, which makes ties, and label
   * weights stand inside the power, (β + (1 − β) lw u)ᵏ.
   */
  readonly preset: PisaPreset;
}

/**
 * Importance-based sample reweighting of positives. With r the {@link iouHlr} of a positive and n_max the positives of the largest class,
 *
 *     u = (n_max − r) / n_max    w = (β + (1 − β) u)ᵏ    w′ = w · Σ L / Σ w L
 *
 * over all positives: the sum of their losses L stays, it is only shared out anew. Negatives keep their weights. Everything about w′ is
 * constant; the gradient is that of the loss. PISA §3.3 (Cao et al. 2020); mmdetection 3.3 `isr_p`.
 *
 * @param base the strategy whose weights are changed; default: plain cross-entropy divided by the positives. RetinaNet takes
 * `isrP({}, focal())`. Positives that the base gives no box weight are not ranked. A base must weigh: AP-Loss, which gives its loss in one
 * piece, is none.
 * @throws EquipoiseError for an option that is unknown or out of range; at a step, where samples lack anchors, deltas, deltaTargets or
 * groundTruth.
 */
export function isrP<State extends StrategyState = void>(
  options: Given<IsrPOptions> = {},
  base?: SampleStrategy<State>,
): SoftStrategy<State> {
  const inForce = isrPOptions(options);
  const share = shareFormula(inForce);
  const changed = base ?? (plain('positives') as SampleStrategy<never>);
  return {
    kind: 'soft',
    name: nameOver('isr-p', base),
    options: { ...inForce, base: { name: changed.name, ...changed.options } },
    needs: [...new Set([...IOU_HLR_NEEDS, ...changed.needs])],
    init: () => changed.init(),
    apply(samples, state, random) {
      const [weights, next] = changed.apply(samples, state, random);
      const positives = detach(weights.box);
      const factors = positiveFactors(samples, weights, share, inForce.preset);
      return [{ ...weights, classification: withFactors(weights.classification, positives, factors) }, next];
    },
  };
}

/** Checked options of {@link isrP}. */
export function isrPOptions(options: Given<IsrPOptions>): IsrPOptions {
  return checkOptions<IsrPOptions>(
    '@equipoise/pisa',
    { ...importanceOptions(2, 0), preset: choiceOption<PisaPreset>(['paper', 'mmdet'], 'paper') },
    options,
  );
}

/** [n] or [n, C] weights, those of positives times their factors. */
function withFactors(weights: Tensor, positives: Tensor1D, factors: Tensor1D): Tensor {
  return pointwiseLoss(factored, { weights, positives, factors });
}

const { greater, mul, select } = formula;

const factored = entryFormula({
  inputs: { weights: 'entry', positives: 'row', factors: 'row' },
  loss: ({ weights, positives, factors }) => select(greater(positives, 0), mul(weights, factors), weights),
});
