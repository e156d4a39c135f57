import type { Operation, PointwiseAttributes } from '@equipoise/core';
import type { KernelConfig, NamedTensorMap, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import { currentDevice, defineKernel } from '../runtime/kernel.ts';
import type { Layout } from './layout.ts';
import { layoutOf } from './layout.ts';

/**
 * The kernel of an operation that evaluates a program. A device that binds fewer tensors at once than the program reads and writes (8 are
 * sure) computes it composed.
 *
 * @param outputCount how many tensors the kernel writes.
 */
export function formulaKernel<
  Attributes extends PointwiseAttributes,
  Output extends Tensor | readonly Tensor[],
>(
  operation: Operation<NamedTensorMap, Attributes, Output>,
  outputCount: (attributes: Attributes) => number,
  run: (
    inputs: Readonly<Record<string, TensorInfo>>,
    layout: Layout,
    attributes: Attributes,
  ) => TensorInfo | TensorInfo[],
): KernelConfig {
  return defineKernel<string, Attributes>(operation.operationName, (inputs, attributes) => {
    const layout = layoutOf(inputs, attributes);
    const buffers = layout.fields.length + outputCount(attributes);
    if (buffers > currentDevice().limits.maxStorageBuffersPerShaderStage) {
      return operation.composed(inputs as NamedTensorMap, attributes) as Tensor | Tensor[];
    }
    return run(inputs, layout, attributes);
  });
}
