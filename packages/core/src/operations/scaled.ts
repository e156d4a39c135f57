import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { mul, reshape } from '@tensorflow/tfjs-core';
import type { Operation } from './operation.ts';
import { defineOperation } from './operation.ts';

/** Inputs of {@link scaled}. */
export type ScaledInputs = { readonly x: Tensor; readonly factor: Scalar };

/**
 * x · factor. The factor is most often the upstream gradient of a loss, which is 1: where that can be read without waiting for a device,
 * the product costs no pass over x. (`reshape` shares memory where tfjs-backend-wasm's `clone` copies it.)
 */
export const scaled: Operation<ScaledInputs, object, Tensor> = defineOperation('Scaled', {
  composed: ({ x, factor }) => mul(x, factor),
  host: ({ x, factor }) => (factor.dataSync()[0] === 1 ? reshape(x, x.shape) : mul(x, factor)),
});
