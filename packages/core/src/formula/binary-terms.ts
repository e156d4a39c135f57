import type { Expression, Term } from './expression.ts';
import { add, columnIndex, equal, mul, neg, select, sigmoid, softplus, sub } from './terms.ts';

/** What losses of a logit z against a target y are made of, p = σ(z), each to every digit at any logit. */
export interface BinaryTerms {
  /** y */
  readonly target: Expression;
  /** p */
  readonly probability: Expression;
  /** 1 − p_t: how far the prediction is from its target, 1 − p where y is 1, p where it is 0. */
  readonly miss: Expression;
  /** −z_t: −z where y is 1, z where it is 0; (1 − 2y) z between. */
  readonly against: Expression;
  /** −ln p_t, the binary cross-entropy; its derivative is p − y. */
  readonly crossEntropy: Expression;
  /** `one` where y is 1, `zero` where it is 0, linear between. */
  readonly byTarget: (one: Term, zero: Term) => Expression;
}

/** The terms of a logit in a row of a label: y is 1 in the label's column, 0 in the others; a label that is no column has none. */
export function labelTerms(logit: Expression, label: Expression): BinaryTerms {
  const isTarget = equal(columnIndex(), label);
  const against = select(isTarget, neg(logit), logit);
  return {
    target: select(isTarget, 1, 0),
    probability: sigmoid(logit),
    against,
    miss: sigmoid(against),
    crossEntropy: softplus(against),
    byTarget: (one, zero) => select(isTarget, one, zero),
  };
}

/** The terms of a logit and a target in [0, 1]. */
export function targetTerms(logit: Expression, target: Expression): BinaryTerms {
  const byTarget = (one: Term, zero: Term): Expression => add(mul(target, one), mul(sub(1, target), zero));
  return {
    target,
    probability: sigmoid(logit),
    against: mul(sub(1, mul(2, target)), logit),
    miss: byTarget(sigmoid(neg(logit)), sigmoid(logit)),
    crossEntropy: byTarget(softplus(neg(logit)), softplus(logit)),
    byTarget,
  };
}
