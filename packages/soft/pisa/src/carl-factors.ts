import type { Samples } from '@equipoise/core';
import {
  classificationLosses,
  entryFormula,
  formula,
  maskedRows,
  pointwiseLoss,
  pointwiseLossSum,
  pointwiseValues,
  withGradient,
} from '@equipoise/core';
import type { NamedTensorMap, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { max, neg } from '@tensorflow/tfjs-core';
import type { CarlFormulas } from './carl-formulas.ts';
import { logSigmoid, normalizedV, relativeV } from './carl-formulas.ts';
import { labelLogits } from './label-logits.ts';

/** What is summed. */
const product = entryFormula({
  inputs: { x: 'entry', y: 'entry' },
  loss: ({ x, y }) => formula.mul(x, y),
});
const itself = entryFormula({ inputs: { x: 'entry' }, loss: ({ x }) => x });

/**
 * CARL's factors c of the box loss: [n], 0 where `boxWeights` is 0. With v = (b + (1 − b) p)ᵏ, p the probability of a sample's class and a
 * its box weight, c = v · Σ a / Σ a v. The gradient reaches the logits through p, and through the sum as well: ∂L/∂ln v sums to 0.
 */
export function carlFactors(samples: Samples, boxWeights: Tensor1D, formulas: CarlFormulas): Tensor1D {
  const { logits, labels, task } = samples;
  if (task?.activation === 'softmax') {
    const of = (rows: NamedTensorMap): Tensor1D =>
      factorsOf(neg(rows['losses'] as Tensor1D), rows['mask'] as Tensor1D, formulas);
    return maskedRows({ mask: boxWeights, losses: classificationLosses(samples) }, { of }) as Tensor1D;
  }
  const of = (rows: NamedTensorMap): Tensor1D => {
    const z = labelLogits(rows['logits'] as Tensor2D, rows['labels'] as Tensor1D);
    return factorsOf(pointwiseLoss(logSigmoid, { z }), rows['mask'] as Tensor1D, formulas);
  };
  return maskedRows({ mask: boxWeights, logits, labels }, { of }) as Tensor1D;
}

/** c of [n] ln p and box weights. */
function factorsOf(logProbabilities: Tensor1D, weights: Tensor1D, formulas: CarlFormulas): Tensor1D {
  return withGradient<Tensor1D>(
    [logProbabilities],
    (logP) => {
      const logV = pointwiseValues(formulas.logV, { logP, weights });
      const v = pointwiseValues(relativeV, { logV, top: max(logV) });
      const total = pointwiseLossSum(itself, { x: weights });
      const weighted = pointwiseLossSum(product, { x: weights, y: v });
      const value: Tensor1D = pointwiseValues(normalizedV, { v, total, weighted });
      return { value, saved: [logP, value, weights, total] };
    },
    (upstream, saved) => {
      const [logP, factors, a, total] = saved as [Tensor1D, Tensor1D, Tensor1D, Tensor1D];
      const flow = pointwiseLossSum(product, { x: factors, y: upstream });
      return [pointwiseValues(formulas.slope, { logP, factors, weights: a, upstream, flow, total })];
    },
  );
}
