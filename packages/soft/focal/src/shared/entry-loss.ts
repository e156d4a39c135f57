import { spread, withGradient } from '@equipoise/core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { mul } from '@tensorflow/tfjs-core';

/** A loss and its derivative in the input, written by hand: exact where autodiff in float32 would divide 0 by 0. */
export interface Formula {
  readonly value: Tensor;
  readonly derivative: Tensor;
}

/** A loss of each entry: x of any shape → the same shape. The formula gives both of that shape. */
export function entryLoss<T extends Tensor>(x: T, formula: (x: T) => Formula): T {
  return withGradient<T>(
    [x],
    (input) => {
      const { value, derivative } = formula(input as T);
      return { value, saved: [derivative] };
    },
    (upstream, [derivative]) => [mul(derivative!, upstream)],
  );
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
