import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Workspace } from '../runtime/kernel.ts';
import { sizeOf, whole } from '../runtime/kernel.ts';
import { structured } from './module.ts';

/** Calls a function of the module in a workspace; booleans are 0 or 1. */
export function call(space: Workspace, name: string, ...args: readonly (number | boolean)[]): number {
  return structured.on(space.memory)[name]!(...args.map(Number));
}

/** The address of a whole tensor as float32, whatever its dtype. */
export function floatsOf(space: Workspace, tensor: TensorInfo): number {
  return tensor.dtype === 'float32' ? whole(space, tensor) : converted(space, tensor, Float32Array);
}

/** The address of a whole tensor as int32, whatever its dtype. */
export function integersOf(space: Workspace, tensor: TensorInfo): number {
  return tensor.dtype === 'int32' ? whole(space, tensor) : converted(space, tensor, Int32Array);
}

function converted(
  space: Workspace,
  tensor: TensorInfo,
  Target: Float32ArrayConstructor | Int32ArrayConstructor,
): number {
  const size = sizeOf(tensor);
  const target = space.scratch(4 * size);
  const source = whole(space, tensor);
  const Source = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[tensor.dtype as 'bool'];
  const { buffer } = space.memory;
  new Target(buffer, target, size).set(new Source(buffer, source, size));
  return target;
}
