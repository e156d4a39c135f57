import { spread, withGradient } from '@equipoise/core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { mul } from '@tensorflow/tfjs-core';

/** A loss and its derivative in the input, written by hand: exact where autodiff in float32 would divide 0 by 0. */
interface Formula {
  readonly value: Tensor;
  readonly derivative: Tensor;
}

/** A loss of each row: x [n, K] → [n]. The formula gives the value [n] and the derivative [n, K]. */
export function rowLoss(x: Tensor2D, formula: (x: Tensor2D) => Formula): Tensor1D {
  return withGradient<Tensor1D>(
    [x],
    (input) => {
      const { value, derivative } = formula(input as Tensor2D);
      return { value, saved: [derivative] };
    },
    (upstream, [derivative]) => [mul(derivative!, spread(upstream, x.shape[1]))],
  );
}
