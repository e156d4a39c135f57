import type { EntryFormula, Expression, Samples } from '@equipoise/core';
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
import { max, neg as negative } from '@tensorflow/tfjs-core';
import type { ImportanceOptions } from './importance.ts';
import { labelLogits } from './label-logits.ts';

const { add, div, exp, greater, log, mul, neg, select, softplus, sub } = formula;

/** Sums of weights below this are taken for none. */
const LEAST_SUM = 1e-30;
/** Below every logarithm of a weight. */
const LOWEST = -1e30;

/** The formulas of v that depend on the options. */
export interface CarlFormulas {
  /** ln v of a ln p, where a box has weight; {@link LOWEST} elsewhere. */
  readonly logV: EntryFormula<'logP' | 'weights'>;
  /** The gradient in ln p: of Σ c u with u the upstream gradient, `flow` = Σ c u, `total` = Σ a. */
  readonly slope: EntryFormula<'logP' | 'factors' | 'weights' | 'upstream' | 'flow' | 'total'>;
}

/** The formulas for v = (b + (1 − b) p)ᵏ. */
export function carlFormulas({ k, bias }: ImportanceOptions): CarlFormulas {
  const t = (p: Expression): Expression => add(mul(p, 1 - bias), bias);
  return {
    logV: entryFormula({
      inputs: { logP: 'entry', weights: 'entry' },
      loss({ logP, weights }) {
        // Where b is 0, t may be 0 in float32, its logarithm is not.
        const logT = bias === 0 ? logP : log(t(exp(logP)));
        return select(greater(weights, 0), mul(logT, k), LOWEST);
      },
    }),
    slope: entryFormula({
      inputs: {
        logP: 'entry',
        factors: 'entry',
        weights: 'entry',
        upstream: 'entry',
        flow: 'scalar',
        total: 'scalar',
      },
      loss({ logP, factors, weights, upstream, flow, total }) {
        const mean = div(flow, formula.max(total, LEAST_SUM));
        const toLogV = sub(mul(factors, upstream), mul(mul(factors, weights), mean));
        // d ln v / d ln p, at most k.
        const p = exp(logP);
        return mul(toLogV, bias === 0 ? k : mul(div(mul(p, 1 - bias), t(p)), k));
      },
    }),
  };
}

/** ln σ(z), finite at any logit. */
const logSigmoid = entryFormula({ inputs: { z: 'entry' }, loss: ({ z }) => neg(softplus(neg(z))) });
/** v over the largest v, which is taken out before the exponential; 0 where a box has no weight. */
const relative = entryFormula({
  inputs: { logV: 'entry', weights: 'entry', top: 'scalar' },
  loss: ({ logV, weights, top }) => select(greater(weights, 0), exp(sub(logV, top)), 0),
});
const product = entryFormula({
  inputs: { x: 'entry', y: 'entry' },
  loss: ({ x, y }) => mul(x, y),
});
const itself = entryFormula({ inputs: { x: 'entry' }, loss: ({ x }) => x });
const normalized = entryFormula({
  inputs: { v: 'entry', total: 'scalar', weighted: 'scalar' },
  loss: ({ v, total, weighted }) => mul(v, div(total, formula.max(weighted, LEAST_SUM))),
});

/**
 * CARL's factors c of the box loss: [n], 0 where `boxWeights` is 0. With v = (b + (1 − b) p)ᵏ, p the probability of a sample's class and a
 * its box weight, c = v · Σ a / Σ a v. The gradient reaches the logits through p, and through the sum as well: ∂L/∂ln v sums to 0.
 */
export function carlFactors(samples: Samples, boxWeights: Tensor1D, formulas: CarlFormulas): Tensor1D {
  const { logits, labels, task } = samples;
  if (task?.activation === 'softmax') {
    const of = (rows: NamedTensorMap): Tensor1D =>
      factorsOf(negative(rows['losses'] as Tensor1D), rows['mask'] as Tensor1D, formulas);
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
      const v = pointwiseValues(relative, { logV, weights, top: max(logV) });
      const total = pointwiseLossSum(itself, { x: weights });
      const weighted = pointwiseLossSum(product, { x: weights, y: v });
      const value: Tensor1D = pointwiseValues(normalized, { v, total, weighted });
      return { value, saved: [logP, value, weights, total] };
    },
    (upstream, saved) => {
      const [logP, factors, a, total] = saved as [Tensor1D, Tensor1D, Tensor1D, Tensor1D];
      const flow = pointwiseLossSum(product, { x: factors, y: upstream });
      return [pointwiseValues(formulas.slope, { logP, factors, weights: a, upstream, flow, total })];
    },
  );
}
