import type {
  Given,
  SampleStrategy,
  SampleWeights,
  Samples,
  SoftStrategy,
  StrategyState,
} from '@equipoise/core';
import { checkOptions, choiceOption, detach, labelWeights, maskedRows, unrecorded } from '@equipoise/core';
import type { NamedTensorMap, Tensor1D } from '@tensorflow/tfjs-core';
import { add, cast, div, greater, max, maximum, mul, onesLike, sub, sum, where } from '@tensorflow/tfjs-core';
import type { ImportanceOptions } from './importance.ts';
import { importance, importanceOptions, keptSum, timesFactors, weightedLosses } from './importance.ts';
import type { PisaPreset } from './iou-hlr.ts';
import { IOU_HLR_NEEDS, iouRanks } from './iou-hlr.ts';
import { nameOver, plain } from './plain.ts';

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
  const changed = base ?? (plain('positives') as SampleStrategy<never>);
  return {
    kind: 'soft',
    name: nameOver('isr-p', base),
    options: { ...inForce, base: { name: changed.name, ...changed.options } },
    needs: [...new Set([...IOU_HLR_NEEDS, ...changed.needs])],
    init: () => changed.init(),
    apply(samples, state, random) {
      const [weights, next] = changed.apply(samples, state, random);
      const factors = unrecorded(() => positiveFactors(samples, weights, inForce));
      return [{ ...weights, classification: timesFactors(weights.classification, factors) }, next];
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

/** [n] w′ of the positives; 1 elsewhere. */
function positiveFactors(samples: Samples, weights: SampleWeights, options: IsrPOptions): Tensor1D {
  const ranked = greater<Tensor1D>(detach(weights.box), 0);
  const mask = cast<Tensor1D>(ranked, 'float32');
  const ranks = iouRanks(samples, mask, options.preset);
  // The last rank of the largest class, and one more; at least 1 where there are no positives.
  const largest = add(maximum(max(ranks), 0), 1);
  const of = (rows: NamedTensorMap): Tensor1D => {
    const u = div<Tensor1D>(sub(largest, rows['ranks']!), largest);
    return options.preset === 'paper'
      ? importance(u, options)
      : importanceWithLabel(u, rows['label'] as Tensor1D, options);
  };
  const own = maskedRows({ mask, ranks, label: labelWeights(samples) }, { of }) as Tensor1D;
  const losses = weightedLosses(samples, weights.classification, mask);
  const kept = keptSum(sum(losses), sum(mul(losses, own)));
  return where(ranked, mul<Tensor1D>(own, kept), onesLike(mask));
}

/** The factor of a weight lw that makes it (β + (1 − β) lw u)ᵏ. */
function importanceWithLabel(u: Tensor1D, label: Tensor1D, options: ImportanceOptions): Tensor1D {
  return div(importance(mul(u, label), options), label);
}
