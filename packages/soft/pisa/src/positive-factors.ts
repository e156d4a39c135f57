import type { EntryFormula, SampleWeights, Samples } from '@equipoise/core';
import {
  detach,
  entryFormula,
  formula,
  labelWeights,
  maskedRows,
  pointwiseLossSum,
  pointwiseValues,
  predictedOverlaps,
  unrecorded,
} from '@equipoise/core';
import type { NamedTensorMap, Tensor1D } from '@tensorflow/tfjs-core';
import { max } from '@tensorflow/tfjs-core';
import { demandFields } from './demand-fields.ts';
import { importance } from './importance.ts';
import type { ImportanceOptions } from './importance.ts';
import type { PisaPreset } from './iou-hlr.ts';
import { IOU_HLR_NEEDS, iouRanks } from './iou-hlr.ts';
import { keptSum } from './kept-sum.ts';
import { weightedLosses } from './weighted-losses.ts';

const { add, div, greater, mul, select, sub } = formula;

/** What the weight of a positive is computed from. */
type ShareFormula = EntryFormula<'ranks' | 'label' | 'last'>;

/** The weight w of each positive, before the sum of losses is kept: of [n] ranks and label weights, and the last rank of all. */
export function shareFormula(options: ImportanceOptions & { readonly preset: PisaPreset }): ShareFormula {
  return entryFormula({
    inputs: { ranks: 'entry', label: 'entry', last: 'scalar' },
    loss({ ranks, label, last }) {
      // n_max; at least 1 where there are no positives.
      const largest = formula.max(add(last, 1), 1);
      const u = div(sub(largest, ranks), largest);
      // With mmdet a factor of the label weight that makes it (β + (1 − β) lw u)ᵏ.
      return options.preset === 'paper'
        ? importance(u, options)
        : div(importance(mul(u, label), options), label);
    },
  });
}

/** 1 at positives, 0 elsewhere. */
const isRanked = entryFormula({
  inputs: { mask: 'entry' },
  loss: ({ mask }) => select(greater(mask, 0), 1, 0),
});

/** The losses L of positives, and w L. */
const lossBefore = entryFormula({
  inputs: { losses: 'entry', ranked: 'entry' },
  loss: ({ losses, ranked }) => select(greater(ranked, 0), losses, 0),
});
const lossAfter = entryFormula({
  inputs: { losses: 'entry', ranked: 'entry', shares: 'entry' },
  loss: ({ losses, ranked, shares }) => select(greater(ranked, 0), mul(losses, shares), 0),
});

/** w · Σ L / Σ w L */
const keptShares = entryFormula({
  inputs: { shares: 'entry', before: 'scalar', after: 'scalar' },
  loss: ({ shares, before, after }) => mul(shares, keptSum(before, after)),
});

/**
 * [n] w′ of the positives that have box weight; 0 elsewhere. Detached. All is computed over the rows of positives alone, where a backend
 * may count them.
 */
export function positiveFactors(
  samples: Samples,
  { box, classification }: SampleWeights,
  share: ShareFormula,
  preset: PisaPreset,
): Tensor1D {
  demandFields(samples, IOU_HLR_NEEDS);
  const { labels, anchors, deltas, deltaTargets, groundTruth, task } = samples;
  const of = (rows: NamedTensorMap): Tensor1D => {
    const positives = { ...(rows as unknown as Samples), ...(task && { task }) };
    const ranked: Tensor1D = pointwiseValues(isRanked, { mask: rows['mask']! });
    const ranks = iouRanks(positives, { overlaps: predictedOverlaps(positives), ranked, preset });
    const shares: Tensor1D = pointwiseValues(share, { ranks, label: rows['label']!, last: max(ranks) });
    const losses = weightedLosses(positives, rows['classification']!);
    const before = pointwiseLossSum(lossBefore, { losses, ranked });
    const after = pointwiseLossSum(lossAfter, { losses, ranked, shares });
    return pointwiseValues(keptShares, { shares, before, after });
  };
  return unrecorded(
    () =>
      maskedRows(
        {
          mask: box,
          label: labelWeights(samples),
          labels,
          groundTruth: groundTruth!,
          anchors: anchors!,
          deltas: detach(deltas!),
          deltaTargets: deltaTargets!,
          logits: detach(samples.logits),
          classification: detach(classification),
        },
        { of },
      ) as Tensor1D,
  );
}
