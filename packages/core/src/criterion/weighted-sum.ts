import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { broadcastTo, customGrad, expandDims, mul, sum, tidy } from '@tensorflow/tfjs-core';

/**
 * Σ weights × losses. Losses are [n] or [n, C]; weights have the same shape, or [n] for losses [n, C]. The gradient reaches both,
 * since a weight may carry one (focal, CARL), and uploads nothing: tfjs's own gradient of `sum` builds a tensor of ones on the host.
 */
export function weightedSum(losses: Tensor, weights: Tensor): Scalar {
  const spread = weights.rank < losses.rank;
  return tidy(
    () =>
      customGrad((loss, weight, save) => {
        const factor = spread ? expandDims(weight as Tensor, 1) : (weight as Tensor);
        (save as (saved: Tensor[]) => void)([loss as Tensor, factor]);
        return {
          value: sum(mul(loss as Tensor, factor)) as Scalar,
          gradFunc: (upstream: Tensor, [savedLoss, savedFactor]: Tensor[]) => {
            const toWeight = mul(savedLoss!, upstream);
            const toLoss = broadcastTo(mul(savedFactor!, upstream), savedLoss!.shape);
            return [toLoss, spread ? sum(toWeight, 1) : toWeight];
          },
        };
      })(losses, weights) as Scalar,
  );
}
