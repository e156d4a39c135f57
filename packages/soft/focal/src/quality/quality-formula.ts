import type { EntryFormula, Expression, Samples } from '@equipoise/core';
import { entryFormula, formula, matchedOverlaps, positives } from '@equipoise/core';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { cast, clipByValue, tidy, where, zerosLike } from '@tensorflow/tfjs-core';

const { columnIndex, equal, select } = formula;

/** A formula of a logit and its target: the quality of a sample in the column of its class, 0 elsewhere. */
export function formulaOfQuality(
  of: (logit: Expression, target: Expression) => Expression,
): EntryFormula<'logits' | 'labels' | 'quality'> {
  return entryFormula({
    inputs: { logits: 'entry', labels: 'row', quality: 'row' },
    loss: ({ logits, labels, quality }) => of(logits, select(equal(columnIndex(), labels), quality, 0)),
  });
}

/** What such a formula reads of a step; the quality of a positive is the IoU of its predicted box with its ground truth. Detached. */
export function qualityTensors(samples: Samples): Readonly<Record<'logits' | 'labels' | 'quality', Tensor>> {
  const { logits, labels } = samples;
  const quality = tidy(() => {
    const overlaps = matchedOverlaps(samples);
    // Selected, not multiplied: where there is no target box an overlap may be anything.
    return where<Tensor1D>(
      cast(positives(samples), 'bool'),
      clipByValue(overlaps, 0, 1),
      zerosLike(overlaps),
    );
  });
  return { logits, labels, quality };
}
