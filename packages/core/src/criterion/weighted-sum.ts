import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { mul, scalar, sum } from '@tensorflow/tfjs-core';
import { spread } from '../operations/spread.ts';
import { withGradient } from '../operations/with-gradient.ts';

/**
 * Σ weights × losses. Losses are [n] or [n, C]; weights have the same shape, or [n] for losses [n, C]. The gradient reaches both,
 * since a weight may carry one (focal, CARL), and uploads nothing: tfjs's own gradient of `sum` builds a tensor of ones on the host.
 */
export function weightedSum(losses: Tensor, weights: Tensor): Scalar {
  const columns = weights.rank < losses.rank ? losses.shape[1]! : undefined;
  return withGradient<Scalar>(
    [losses, weights],
    (loss, weight) => {
      const factor = columns === undefined ? weight : spread(weight, columns);
      // tfjs-backend-wasm 4.22 sums nothing to whatever its memory holds.
      const value = loss.size === 0 ? scalar(0) : sum(mul(loss, factor));
      return { value, saved: [loss, factor] };
    },
    (upstream, [loss, factor]) => {
      const toWeight = mul(loss!, upstream);
      return [mul(factor!, upstream), columns === undefined ? toWeight : sum(toWeight, 1)];
    },
  );
}
