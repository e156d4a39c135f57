import type { Given } from '@equipoise/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { add, div, log, log1p, maximum, minimum, mul, neg, sub } from '@tensorflow/tfjs-core';
import { timesAlpha } from '../shared/alpha.ts';
import { demandShape } from '../shared/demand.ts';
import { entryLoss } from '../shared/entry-loss.ts';
import { power, slopeOfPower } from '../shared/power.ts';
import { focalLossOptions, type FocalLossOptions } from './sigmoid-focal-loss.ts';

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
  return entryLoss(probabilities, (p) => {
    const complement = sub(1, p);
    const miss = sub(1, targets);
    const against = add(mul(complement, targets), mul(p, miss));
    const modulator = power(against, gamma);
    const crossEntropy = add(mul(targets, atMost100(neg(log(p)))), mul(miss, atMost100(neg(log1p(neg(p))))));
    const slope = div(sub(p, targets), maximum(mul(complement, p), 1e-12));
    return {
      value: timesAlpha(mul(modulator, crossEntropy), targets, alpha),
      derivative: timesAlpha(
        add(mul(modulator, slope), mul(mul(slopeOfPower(against, gamma), sub(miss, targets)), crossEntropy)),
        targets,
        alpha,
      ),
    };
  });
}

function atMost100(x: Tensor): Tensor {
  return minimum(x, 100);
}
