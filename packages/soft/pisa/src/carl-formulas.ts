import type { EntryFormula, Expression } from '@equipoise/core';
import { entryFormula, formula } from '@equipoise/core';
import type { ImportanceOptions } from './importance.ts';

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
export const logSigmoid: EntryFormula<'z'> = entryFormula({
  inputs: { z: 'entry' },
  loss: ({ z }) => neg(softplus(neg(z))),
});

/** v over the largest v, which is taken out before the exponential: 0 where a box has no weight, as long as another has. */
export const relativeV: EntryFormula<'logV' | 'top'> = entryFormula({
  inputs: { logV: 'entry', top: 'scalar' },
  loss: ({ logV, top }) => exp(sub(logV, top)),
});

/** c = v · Σ a / Σ a v */
export const normalizedV: EntryFormula<'v' | 'total' | 'weighted'> = entryFormula({
  inputs: { v: 'entry', total: 'scalar', weighted: 'scalar' },
  loss: ({ v, total, weighted }) => mul(v, div(total, formula.max(weighted, LEAST_SUM))),
});
