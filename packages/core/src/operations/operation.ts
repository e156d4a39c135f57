import type { NamedAttrMap, NamedTensorMap, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import { engine, getBackend, getKernel } from '@tensorflow/tfjs-core';

/** One implementation of an operation. Inputs are borrowed; outputs belong to the caller's tidy scope. */
export type Implementation<Inputs, Attributes, Output> = (inputs: Inputs, attributes: Attributes) => Output;

/** The backends whose tensors lie in memory that this process reads without waiting for a device. */
const HOST_BACKENDS: ReadonlySet<string> = new Set(['cpu', 'wasm', 'tensorflow']);

/**
 * A named operation with several implementations of one law. Which one runs is decided at each call, by the current backend:
 *
 * 1. a kernel of that name in tfjs's registry (`@equipoise/webgpu` and `@equipoise/simd` register theirs there when imported);
 * 2. `host`, typed-array code, where tensors already live in the memory of this process (`cpu`, `wasm`, `tensorflow`);
 * 3. `composed`, tfjs ops only, which runs on any backend and never reads a tensor back.
 *
 * No gradient flows through an operation: hand in detached tensors. One that is `differentiable` is made of other operations, whose
 * gradients reach its inputs; a kernel would hide them, so none is looked up for it.
 */
export interface Operation<
  Inputs extends NamedTensorMap,
  Attributes extends object,
  Output extends Tensor | readonly Tensor[],
> {
  (inputs: Inputs, attributes: Attributes): Output;
  readonly operationName: string;
  readonly composed: Implementation<Inputs, Attributes, Output>;
  readonly host: Implementation<Inputs, Attributes, Output> | undefined;
  readonly differentiable: boolean;
}

/** Defines an {@link Operation}. The name is the one that fused kernels register under. */
export function defineOperation<
  Inputs extends NamedTensorMap,
  Attributes extends object,
  Output extends Tensor | readonly Tensor[],
>(
  operationName: string,
  implementations: {
    readonly composed: Implementation<Inputs, Attributes, Output>;
    readonly host?: Implementation<Inputs, Attributes, Output>;
    readonly differentiable?: boolean;
  },
): Operation<Inputs, Attributes, Output> {
  const { composed, host, differentiable = false } = implementations;
  const run = (inputs: Inputs, attributes: Attributes): Output => {
    const backend = getBackend();
    if (!differentiable && getKernel(operationName, backend)) {
      return engine().runKernel(operationName, inputs, attributes as NamedAttrMap) as
        | Tensor
        | TensorInfo[] as Output;
    }
    return host && HOST_BACKENDS.has(backend) ? host(inputs, attributes) : composed(inputs, attributes);
  };
  return Object.assign(run, { operationName, composed, host, differentiable });
}
