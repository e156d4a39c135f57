import type { TensorInfo } from '@tensorflow/tfjs-core';
import { pipelineOf } from './pipelines.ts';
import { rowSlices } from './row-slices.ts';
import { defineShader } from './shader.ts';
import { sizeOf } from './size-of.ts';
import { allocate, asStored, bufferOf, currentDevice, record } from './tfjs-internals.ts';
import { workgroupCount, workgroups } from './workgroups.ts';

interface Conversion {
  readonly from: 'f32' | 'i32';
  readonly to: 'f32' | 'i32';
  readonly size: number;
}

const convert = defineShader(
  'Convert',
  ({ from, to, size }: Conversion) => `
@group(0) @binding(0) var<storage, read> x: array<${from}>;
@group(0) @binding(1) var<storage, read_write> y: array<${to}>;
@compute @workgroup_size(${size})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  for (var i = id.x; i < arrayLength(&x); i += groups.x * ${size}u) { y[i] = ${to}(x[i]); }
}`,
  [
    { from: 'i32', to: 'f32', size: 64 },
    { from: 'f32', to: 'i32', size: 256 },
  ],
);

/** A tensor whose buffer holds what its type says: itself, or a converted copy that is the caller's to release. */
export function asLabelled(tensor: TensorInfo): TensorInfo {
  const stored = asStored(tensor);
  const [from, to] = [typeOf(stored), typeOf(tensor)];
  if (from === to) return tensor;
  const copy = allocate(tensor.shape, to === 'f32' ? 'float32' : 'int32');
  const source = convert({ from, to, size: workgroups().size });
  for (const { start, count } of rowSlices(sizeOf(tensor), 1)) {
    const part = (whole: TensorInfo) => ({ buffer: bufferOf(whole), offset: start * 4, size: count * 4 });
    record({
      label: source.name,
      pipeline: pipelineOf(currentDevice(), source),
      storage: [part(stored), part(copy)],
      uniform: undefined,
      workgroups: [workgroupCount(count), 1, 1],
      tensors: [stored, copy],
    });
  }
  return copy;
}

function typeOf({ dtype }: TensorInfo): 'f32' | 'i32' {
  return dtype === 'float32' ? 'f32' : 'i32';
}
