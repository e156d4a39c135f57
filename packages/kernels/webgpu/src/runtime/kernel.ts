/**
 * How a kernel is written. Four steps, all in one file under `src/kernels/`; `src/kernels/index.ts` lists them:
 *
 * ```ts
 * import { allocate, clear, defineKernel, defineShader, dispatch, floatBits, release, workgroupCount, workgroups } from '../runtime/kernel.ts';
 *
 * // 1. The text, by options that are baked in; with examples, which `test/runtime/shaders-compile.test.ts` compiles without a driver.
 * const scale = defineShader('Scale', ({ size }: { size: number }) => `
 *   struct Uniform { count: u32, factor: f32 }
 *   @group(0) @binding(0) var<storage, read> x: array<f32>;
 *   @group(0) @binding(1) var<storage, read_write> y: array<f32>;
 *   @group(0) @binding(2) var<uniform> u: Uniform;
 *   @compute @workgroup_size(${size})
 *   fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
 *     for (var i = id.x; i < u.count; i += groups.x * ${size}u) { y[i] = u.factor * x[i]; }
 *   }`, [{ size: 64 }, { size: 256 }]);
 *
 * // 2. The kernel, as a KernelConfig under the operation's name: outputs from tfjs's pool, dispatches in order, scratch given back.
 * export const scaleKernel = defineKernel<'x', { factor: number }>('Scale', ({ x }, { factor }) => {
 *   const y = allocate(x.shape, 'float32');
 *   const count = x.shape.reduce((size, length) => size * length, 1);
 *   if (count > 0) {
 *     const { size } = workgroups();
 *     dispatch(scale({ size }), { bindings: [x, y], uniform: [count, floatBits(factor)], workgroups: workgroupCount(count) });
 *   }
 *   return y; // or a list of outputs
 * });
 * ```
 *
 * - A float32 tensor whose buffer holds integers (tfjs casts by label) is converted before it is bound; `asStored` spares that.
 * - Nothing is read back and nothing waits: sizes that depend on data stay on the GPU.
 * - Buffers are not zeroed: `clear` what is added to. Scratch is an `allocate`d tensor that is `release`d before the kernel returns.
 * - An empty tensor has no buffer: do not bind one.
 * - int32 and bool are `array<i32>`, float32 `array<f32>`; atomics may view int32 as `array<atomic<u32>>`.
 * - Loops stride over the grid: lavapipe gets 32 workgroups of 64, a GPU up to 1024 of 256 (`workgroups()`).
 * - What may be larger than a binding (128 MiB on lavapipe) is cut by `rowSlices`.
 * - WGSL knows neither infinities nor NaN for certain, and no `log1p`: see `src/formula/math.ts`.
 * - A refused shader throws at the next kernel or read, not here.
 */
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { demandKnownBackend } from './tfjs-internals.ts';

export { dispatch, floatBits } from './dispatch.ts';
export type { Slice } from './dispatch.ts';
export { rowSlices } from './row-slices.ts';
export type { Rows } from './row-slices.ts';
export { defineShader } from './shader.ts';
export type { Shader, Source } from './shader.ts';
export {
  allocate,
  asStored,
  clear,
  currentDevice,
  knownNumber,
  release,
  sameData,
} from './tfjs-internals.ts';
export { workgroupCount, workgroups } from './workgroups.ts';

// Before the first of them is registered.
demandKnownBackend(WebGPUBackend);

/**
 * The kernel of an operation for tfjs's webgpu backend, for its registry. Inputs are borrowed; outputs are the engine's to keep.
 *
 * @param operationName the name that `defineOperation` was given.
 */
// The type parameters name the operation's own inputs and attributes, which tfjs's registry forgets.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
export function defineKernel<InputNames extends string, Attributes extends object>(
  operationName: string,
  run: (
    inputs: Readonly<Record<InputNames, TensorInfo>>,
    attributes: Attributes,
  ) => TensorInfo | TensorInfo[],
): KernelConfig {
  return {
    kernelName: operationName,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, attrs }) =>
      run(inputs as Record<InputNames, TensorInfo>, attrs as unknown as Attributes),
  };
}
