import type { Tensor } from '@tensorflow/tfjs-core';
import { customGrad, tidy } from '@tensorflow/tfjs-core';

/** What a forward pass gives: its value, and what the backward pass needs of it. */
export interface Forward {
  readonly value: Tensor;
  readonly saved: readonly Tensor[];
}

/**
 * An operation with a gradient written by hand, which is shorter and more exact than the one derived from tfjs's ops.
 *
 * @param inputs what the gradient reaches.
 * @param forward computes the value; no gradient flows through its ops.
 * @param backward upstream gradient, and what was saved, to the gradient of each input.
 */
// The type of the value is the caller's to name, as with tfjs's own ops.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
export function withGradient<T extends Tensor>(
  inputs: readonly Tensor[],
  forward: (...inputs: Tensor[]) => Forward,
  backward: (upstream: Tensor, saved: readonly Tensor[]) => Tensor[],
): T {
  return tidy(() =>
    customGrad((...given) => {
      const save = given.pop() as (tensors: Tensor[]) => void;
      const { value, saved } = forward(...(given as Tensor[]));
      save([...saved]);
      return {
        value,
        gradFunc: (upstream: Tensor, kept: Tensor[]) => {
          const gradients = backward(upstream, kept);
          return gradients.length === 1 ? gradients[0]! : gradients;
        },
      };
    })(...inputs),
  ) as T;
}
