import type { EntryFormula, Expression, Samples } from '@equipoise/core';
import { classificationLosses, entryFormula, formula } from '@equipoise/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { targetsOf } from './alpha.ts';

const { expm1, labelTerms, less, neg, select } = formula;

/** What focal loss and its relatives are made of, with sigmoid and with softmax. */
export type Terms = Pick<formula.BinaryTerms, 'miss' | 'crossEntropy' | 'byTarget'>;

/** A formula and the tensors it is of. */
export interface EntryLoss {
  readonly formula: EntryFormula;
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/** A formula of terms, made once: of every entry with sigmoid, of every row with softmax. */
export function formulaOfTerms(of: (terms: Terms) => Expression): (samples: Samples) => EntryLoss {
  const ofEntries = entryFormula({
    inputs: { logits: 'entry', labels: 'row' },
    loss: ({ logits, labels }) => of(labelTerms(logits, labels)),
  });
  const ofRows = entryFormula({
    inputs: { crossEntropy: 'entry', positive: 'row' },
    loss: ({ crossEntropy, positive }) => of(rowTerms(crossEntropy, positive)),
  });
  return (samples) =>
    samples.task?.activation === 'softmax'
      ? {
          formula: ofRows,
          tensors: { crossEntropy: classificationLosses(samples), positive: targetsOf(samples) },
        }
      : { formula: ofEntries, tensors: { logits: samples.logits, labels: samples.labels } };
}

/** The terms of a row's cross-entropy ℓ = −ln p_t: 1 − p_t = −expm1(−ℓ), to every digit. */
export function rowTerms(crossEntropy: Expression, positive: Expression): Terms {
  return {
    miss: neg(expm1(neg(crossEntropy))),
    crossEntropy,
    byTarget: (one, zero) => select(less(0, positive), one, zero),
  };
}
