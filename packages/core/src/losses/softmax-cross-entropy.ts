import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { log, max, sum, tidy } from '@tensorflow/tfjs-core';
import { entryFormula } from '../formula/entry-formula.ts';
import * as formula from '../formula/index.ts';
import { pointwiseValues } from '../formula/pointwise-values.ts';
import { withGradient } from '../operations/with-gradient.ts';

/**
 * Cross-entropy of a softmax over C classes and background, −ln p_label, with gradient p − onehot.
 *
 * @param logits [n, C+1], background last
 * @param labels [n] int32: 0…C-1 a class, C background; -1 gives 0, but a gradient without meaning, to be weighted 0.
 * @returns [n]; the gradient reaches the logits.
 */
export function softmaxCrossEntropy(logits: Tensor2D, labels: Tensor1D): Tensor1D {
  return tidy(() =>
    withGradient<Tensor1D>(
      [logits],
      (z) => {
        const top = max<Tensor1D>(z, 1);
        const logSum = log<Tensor1D>(sum(pointwiseValues(exponential, { z, top }), 1));
        const ofLabel = sum<Tensor1D>(pointwiseValues(shiftedOfLabel, { z, top, labels }), 1);
        const value = pointwiseValues(ofLabelled, { logSum, ofLabel, labels });
        return { value, saved: [z, top, logSum, labels] };
      },
      (upstream, [z, top, logSum, wanted]) => [
        pointwiseValues(slope, { z: z!, top: top!, logSum: logSum!, labels: wanted!, upstream }),
      ],
    ),
  );
}

const { columnIndex, equal, exp, greaterEqual, mul, select, sub: minus } = formula;

/** e^z over the largest of its row. */
const exponential = entryFormula({
  inputs: { z: 'entry', top: 'row' },
  loss: ({ z, top }) => exp(minus(z, top)),
});

/** The logit of the label below the largest of its row; 0 in other columns. */
const shiftedOfLabel = entryFormula({
  inputs: { z: 'entry', top: 'row', labels: 'row' },
  loss: ({ z, top, labels }) => select(equal(columnIndex(), labels), minus(z, top), 0),
});

/** −ln p of the label; 0 where there is none. */
const ofLabelled = entryFormula({
  inputs: { logSum: 'entry', ofLabel: 'entry', labels: 'entry' },
  loss: ({ logSum, ofLabel, labels }) => select(greaterEqual(labels, 0), minus(logSum, ofLabel), 0),
});

/** p − onehot, times the upstream gradient. */
const slope = entryFormula({
  inputs: { z: 'entry', top: 'row', logSum: 'row', labels: 'row', upstream: 'row' },
  loss({ z, top, logSum, labels, upstream }) {
    const probability = exp(minus(minus(z, top), logSum));
    const target = select(equal(columnIndex(), labels), 1, 0);
    return mul(minus(probability, target), upstream);
  },
});
