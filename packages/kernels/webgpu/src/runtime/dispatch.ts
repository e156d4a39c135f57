import { demand } from '@equipoise/core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { asLabelled } from './as-labelled.ts';
import { bindingLimit } from './binding-limit.ts';
import { throwFaults } from './faults.ts';
import { pipelineOf } from './pipelines.ts';
import type { Source } from './shader.ts';
import { sizeOf } from './size-of.ts';
import { bufferOf, currentDevice, record, release } from './tfjs-internals.ts';

/** A run of a tensor's elements: binds `count` of them from `start`, which must be a multiple of 64 (256 bytes). */
export interface Slice {
  readonly tensor: TensorInfo;
  readonly start: number;
  readonly count: number;
}

/** One run of a shader. */
export interface Dispatch {
  /** Tensors, or slices of them, as the shader's bindings 0, 1, …; a written one must not be bound twice. */
  readonly bindings: readonly (TensorInfo | Slice)[];
  /** The words of the uniform struct, u32 or i32; floats by {@link floatBits}. Bound after the others; no uniform where absent. */
  readonly uniform?: readonly number[];
  /** Workgroups in x, y and z; absent ones are 1. */
  readonly workgroups: number | readonly [number, number?, number?];
}

/** Records a run of a shader into tfjs's command encoder: after all that was recorded before, before all that comes. */
export function dispatch(source: Source, { bindings, uniform, workgroups }: Dispatch): void {
  throwFaults();
  const [x, y = 1, z = 1] = typeof workgroups === 'number' ? [workgroups] : workgroups;
  const converted: TensorInfo[] = [];
  const slices = bindings.map((binding) => {
    const slice = 'tensor' in binding ? binding : whole(binding);
    demandBinding(source, slice);
    const tensor = asLabelled(slice.tensor);
    if (tensor !== slice.tensor) converted.push(tensor);
    return { ...slice, tensor };
  });
  record({
    label: source.name,
    pipeline: pipelineOf(currentDevice(), source),
    storage: slices.map(({ tensor, start, count }) => ({
      buffer: bufferOf(tensor),
      offset: start * 4,
      size: count * 4,
    })),
    uniform: uniform && padded(uniform),
    workgroups: [x, y, z],
    tensors: slices.map(({ tensor }) => tensor),
  });
  converted.forEach(release);
}

/** Said at once, and by the kernel's name, where the device would say it later. */
function demandBinding({ name }: Source, { count }: Slice): void {
  const limit = bindingLimit();
  demand(count * 4 <= limit, {
    package: '@equipoise/webgpu',
    subject: `tensor of the kernel ${name}`,
    expected: `at most ${limit} bytes, which is what a binding of this device holds`,
    actual: `${count * 4} bytes`,
  });
}

function whole(tensor: TensorInfo): Slice {
  return { tensor, start: 0, count: sizeOf(tensor) };
}

function padded(words: readonly number[]): Uint32Array<ArrayBuffer> {
  const array = new Uint32Array(Math.ceil(words.length / 4) * 4);
  array.set(words);
  return array;
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The word that holds a float32, for `uniform`. */
export function floatBits(value: number): number {
  float[0] = value;
  return bits[0]!;
}
