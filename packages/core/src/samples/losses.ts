import type { NamedTensorMap, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { add, mul, tidy } from '@tensorflow/tfjs-core';
import { EquipoiseError } from '../errors.ts';
import { entryFormula } from '../formula/entry-formula.ts';
import * as formula from '../formula/index.ts';
import { pointwiseValues } from '../formula/pointwise-values.ts';
import { sigmoidCrossEntropy } from '../losses/sigmoid-cross-entropy.ts';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy.ts';
import { detach } from '../operations/detach.ts';
import { maskedRows } from '../operations/masked-rows.ts';
import { rowSums } from '../operations/row-sums.ts';
import { labelWeights, positives } from './masks.ts';
import { once } from './once.ts';
import type { Samples } from './samples.ts';
import { defaultTask } from './task.ts';

/** The cross-entropy of the task, before any weight: [n, C] entries with sigmoid, [n] with softmax. Differentiable. */
export function classificationLosses(samples: Samples): Tensor {
  const softmax = samples.task?.activation === 'softmax';
  return once(samples, 'classificationLosses', () =>
    (softmax ? softmaxCrossEntropy : sigmoidCrossEntropy)(samples.logits, samples.labels),
  );
}

/** A sample that is no positive is compared with itself: no loss, no gradient, and no NaN from targets nobody wrote. */
const comparedWith = entryFormula({
  inputs: { mask: 'row', deltaTargets: 'entry', deltas: 'entry' },
  loss: ({ mask, deltaTargets, deltas }) => formula.select(formula.greater(mask, 0), deltaTargets, deltas),
});

/** [n] box losses of the positives, before any weight; 0 at every other sample, whatever its targets hold. Differentiable. */
export function boxLosses(samples: Samples): Tensor1D {
  return once(samples, 'boxLosses', () => {
    const { deltas, deltaTargets, anchors, task = defaultTask } = samples;
    const { boxLoss, coder } = task;
    if (!deltas || !deltaTargets) throw missing(deltas ? 'deltaTargets' : 'deltas');
    const inDeltas = boxLoss.compares === 'deltas';
    if (!inDeltas && !anchors) throw missing('anchors');
    const mask = positives(samples);
    const of = (rows: NamedTensorMap): Tensor1D => {
      const predicted = rows['deltas'] as Tensor2D;
      const target: Tensor2D = pointwiseValues(comparedWith, {
        mask: rows['mask']!,
        deltaTargets: rows['deltaTargets']!,
        deltas: predicted,
      });
      if (inDeltas) return boxLoss.apply(predicted, target);
      const decoded = (rowsOfDeltas: Tensor2D): Tensor2D =>
        coder.decode(rows['anchors'] as Tensor2D, rowsOfDeltas);
      return boxLoss.apply(decoded(predicted), decoded(target));
    };
    const inputs = { mask, deltas, deltaTargets, ...(inDeltas ? {} : { anchors: anchors! }) };
    return maskedRows(inputs, { of }) as Tensor1D;
  });
}

/**
 * [n] what hard strategies rank by: the weighted loss of each sample, entries summed over classes first, with its box loss where
 * `box` asks for it. Detached.
 */
export function rankingLosses(samples: Samples, { box }: { readonly box: boolean }): Tensor1D {
  return once(samples, `rankingLosses ${box}`, () =>
    tidy(() => {
      const losses = detach(classificationLosses(samples));
      const classification = losses.rank === 1 ? losses : rowSums({ x: losses as Tensor2D }, {});
      const unweighted = box ? add(classification, detach(boxLosses(samples))) : classification;
      return mul(unweighted, labelWeights(samples)) as Tensor1D;
    }),
  );
}

function missing(field: string): EquipoiseError {
  return new EquipoiseError({
    package: '@equipoise/core',
    subject: `samples.${field}`,
    expected: 'a tensor, for the box loss',
    actual: undefined,
  });
}
