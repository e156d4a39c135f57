import type { EntryFormula, Samples } from '@equipoise/core';
import {
  entryFormula,
  formula,
  imageOf,
  maskedRows,
  negatives,
  ofImage,
  perImage,
  pointwiseValues,
  unrecorded,
} from '@equipoise/core';
import type { NamedTensorMap, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  div,
  floor,
  gather,
  greater,
  greaterEqual,
  less,
  logicalAnd,
  maximum,
  minimum,
  mul,
  sub,
  tidy,
} from '@tensorflow/tfjs-core';
import { importance } from './importance.ts';
import type { ImportanceOptions } from './importance.ts';
import type { IsrNOptions } from './isr-n-options.ts';
import { keptSum } from './kept-sum.ts';
import { weightedLossesWhere } from './weighted-losses.ts';

/** The negatives of each image that their rank chooses, and how many are to be drawn beside them. */
export type RankedNegatives = {
  /** [n] {@link scoreHlr}. */
  readonly ranks: Tensor1D;
  /** [n] float32: 1 at negatives that their rank chooses. */
  readonly chosen: Tensor1D;
  /** [n] float32: 1 at negatives without a rank, from which the rest is drawn. */
  readonly others: Tensor1D;
  /** [imageCount] how many are chosen by rank, and how many are to be drawn. */
  readonly count: Tensor1D;
  readonly drawn: Tensor1D;
  /** [imageCount] B, the negatives that rank or are wanted, whichever are more; at least 1. */
  readonly size: Tensor1D;
};

/** Chooses by rank. `positives` [n] are those that train: negatives fill up to the count of each image. */
export function rankedNegatives(
  samples: Samples,
  ranks: Tensor1D,
  positives: Tensor1D,
  options: IsrNOptions,
): RankedNegatives {
  return tidy(() => {
    const negative = negatives(samples);
    const valid = cast<Tensor1D>(greaterEqual(ranks, 0), 'float32');
    const validCount = perImage(samples, valid);
    const wanted = minimum<Tensor1D>(
      wantedNegatives(perImage(samples, positives), options),
      perImage(samples, negative),
    );
    const count = minimum<Tensor1D>(validCount, wanted);
    const within = less(ranks, ofImage(samples, wanted));
    return {
      ranks,
      chosen: cast<Tensor1D>(logicalAnd(greater(valid, 0), within), 'float32'),
      others: sub<Tensor1D>(negative, valid),
      count,
      drawn: sub<Tensor1D>(wanted, count),
      size: maximum<Tensor1D>(maximum(wanted, validCount), 1),
    };
  });
}

function wantedNegatives(
  positives: Tensor1D,
  { count, maxNegativesPerPositive: bound }: IsrNOptions,
): Tensor1D {
  const rest = sub<Tensor1D>(count, positives);
  return bound < 0 ? rest : minimum(rest, floor(mul(maximum(positives, 1), bound)));
}

/** The weight w of a chosen negative: of its [n] rank and image's B, or the least u chosen of its image where it was drawn. */
type ShareFormula = EntryFormula<'ranks' | 'drawn' | 'sizes' | 'leasts'>;

/** See {@link negativeFactors}. */
export function negativeShare(options: ImportanceOptions): ShareFormula {
  const { div, greater, max, select, sub } = formula;
  return entryFormula({
    inputs: { ranks: 'entry', drawn: 'entry', sizes: 'entry', leasts: 'entry' },
    loss({ ranks, drawn, sizes, leasts }) {
      // Beyond the chosen ranks u is not used, but must not be negative: its power would be NaN.
      const byRank = max(div(sub(sizes, max(ranks, 0)), sizes), 0);
      return importance(select(greater(drawn, 0), leasts, byRank), options);
    },
  });
}

const kept = entryFormula({
  inputs: { before: 'entry', after: 'entry' },
  loss: ({ before, after }) => keptSum(before, after),
});

/**
 * [n] factors of the negatives, 0 at all others: w = (β + (1 − β) u)ᵏ with u = (B − r) / B, and the least u chosen at those `drawn`; then
 * w · Σ L / Σ w L in each image, so that the sum of the losses of its chosen negatives under the weights [n] or [n, C] stays.
 */
export function negativeFactors(
  samples: Samples,
  { ranks, chosen, count, size }: RankedNegatives,
  drawn: Tensor1D,
  weights: Tensor,
  share: ShareFormula,
): Tensor1D {
  return unrecorded(() => {
    const mask = add<Tensor1D>(chosen, drawn);
    const least = div<Tensor1D>(sub(size, maximum(sub(count, 1), 0)), size);
    const of = (rows: NamedTensorMap): Tensor1D => {
      const { ranks: ofRows, drawn: isDrawn, image } = rows as Record<string, Tensor1D>;
      const [sizes, leasts] = [gather(size, image!), gather(least, image!)];
      return pointwiseValues(share, { ranks: ofRows!, drawn: isDrawn!, sizes, leasts });
    };
    const own = maskedRows({ mask, ranks, drawn, image: imageOf(samples) }, { of }) as Tensor1D;
    const losses = weightedLossesWhere(mask, samples, weights);
    const [before, after] = [perImage(samples, losses), perImage(samples, mul(losses, own))];
    return mul(own, ofImage(samples, pointwiseValues(kept, { before, after })));
  });
}
