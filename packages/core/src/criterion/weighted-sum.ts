import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { broadcastTo, expandDims, mul, sum } from '@tensorflow/tfjs-core';
import { withGradient } from '../operations/with-gradient.ts';

/**
 * Σ weights × losses. Losses are [n] or [n, C]; weights have the same shape, or [n] for losses [n, C]. The gradient reaches both,
 * since a weight may carry one (focal, CARL), and uploads nothing: tfjs's own gradient of `sum` builds a tensor of ones on the host.
 */
export function weightedSum(losses: Tensor, weights: Tensor): Scalar {
  const spread = weights.rank < losses.rank;
  return withGradient<Scalar>(
    [losses, weights],
    (loss, weight) => {
      const factor = spread ? expandDims(weight!, 1) : weight!;
      return { value: sum(mul(loss!, factor)), saved: [loss!, factor] };
    },
    (upstream, [loss, factor]) => {
      const toWeight = mul(loss!, upstream);
      return [broadcastTo(mul(factor!, upstream), loss!.shape), spread ? sum(toWeight, 1) : toWeight];
    },
  );
}
