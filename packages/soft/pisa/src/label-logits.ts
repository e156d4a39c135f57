import { entryFormula, formula, pointwiseValues, withGradient } from '@equipoise/core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { sum } from '@tensorflow/tfjs-core';

const { columnIndex, equal, select } = formula;

const ofLabel = entryFormula({
  inputs: { logits: 'entry', labels: 'row' },
  loss: ({ logits, labels }) => select(equal(columnIndex(), labels), logits, 0),
});

const toLabel = entryFormula({
  inputs: { logits: 'entry', labels: 'row', upstream: 'row' },
  loss: ({ labels, upstream }) => select(equal(columnIndex(), labels), upstream, 0),
});

/** [n] the logit of each label; 0 where a label is no class. The gradient reaches the [n, C] logits. */
export function labelLogits(logits: Tensor2D, labels: Tensor1D): Tensor1D {
  return withGradient<Tensor1D>(
    [logits],
    () => ({ value: sum(pointwiseValues(ofLabel, { logits, labels }), 1), saved: [logits, labels] }),
    (upstream, saved) => {
      const [z, wanted] = saved as [Tensor2D, Tensor1D];
      return [pointwiseValues(toLabel, { logits: z, labels: wanted, upstream })];
    },
  );
}
