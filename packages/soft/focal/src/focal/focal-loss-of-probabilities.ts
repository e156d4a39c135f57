import type { Expression, Given } from '@equipoise/core';
import { entryFormula, formula, pointwiseLoss } from '@equipoise/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { demandShape } from '../shared/demand.ts';
import { focalOf } from './focal-formula.ts';
import { focalLossOptions, type FocalLossOptions } from './sigmoid-focal-loss.ts';

const { add, div, log, log1p, max, min, mul, neg, sub, withSlope } = formula;

/**
 * Focal loss of probabilities p in [0, 1] of any shape, targets in [0, 1] of that shape → losses of that shape; the gradient reaches p.
 * As mmdetection's `activated=True` on PyTorch: −ln p is at most 100, and the gradient (p − y)/(p(1 − p)) divides by at least 1e-12.
 * Logits lose fewer digits: prefer {@link sigmoidFocalLoss}.
 *
 * @throws EquipoiseError for an option that is unknown or out of range, or targets of another shape.
 */
export function focalLossOfProbabilities<T extends Tensor>(
  probabilities: T,
  targets: Tensor,
  options: Given<FocalLossOptions> = {},
): T {
  const { alpha, gamma } = focalLossOptions(options);
  demandShape('targets', targets, probabilities.shape);
  const ofTargets = entryFormula({
    inputs: { probabilities: 'entry', targets: 'entry' },
    loss({ probabilities: p, targets: y }) {
      const complement = sub(1, p);
      const byTarget = (one: formula.Term, zero: formula.Term): Expression =>
        add(mul(y, one), mul(sub(1, y), zero));
      const surprise = byTarget(min(neg(log(p)), 100), min(neg(log1p(neg(p))), 100));
      const slope = div(sub(p, y), max(mul(complement, p), 1e-12));
      const crossEntropy = withSlope(surprise, p, slope);
      return focalOf({ miss: byTarget(complement, p), crossEntropy, byTarget }, alpha, gamma);
    },
  });
  return pointwiseLoss(ofTargets, { probabilities, targets });
}
