import { withGradient } from '@equipoise/core';
import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import { mul } from '@tensorflow/tfjs-core';

/** The value, with this as its gradient in the scores. */
export function carryGradient(scores: Tensor1D, value: Scalar, gradient: Tensor1D): Scalar {
  return withGradient<Scalar>(
    [scores],
    () => ({ value, saved: [gradient] }),
    (upstream, [saved]) => [mul(saved!, upstream)],
  );
}
