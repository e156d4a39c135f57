import type { TensorInfo } from '@tensorflow/tfjs-core';
import { allocate, defineShader, dispatch, release, workgroups } from '../runtime/kernel.ts';
import { treeSum, treeSumDeclarations } from './tree-sum.ts';

/** The second stage of a sum: one workgroup adds what each workgroup of the first has left. */
const partialSums = defineShader(
  'PartialSums',
  (size: number) => `
${treeSumDeclarations(size)}
struct Uniform { count: u32 }
@group(0) @binding(0) var<storage, read> partials: array<f32>;
@group(0) @binding(1) var<storage, read_write> total: array<f32>;
@group(0) @binding(2) var<uniform> u: Uniform;
@compute @workgroup_size(SIZE)
fn main(@builtin(local_invocation_index) lane: u32) {
  var own = 0.0f;
  for (var i = lane; i < u.count; i += SIZE) { own += partials[i]; }
  ${treeSum('own')}
  if (lane == 0u) { total[0] = sums[0]; }
}`,
  [64, 256],
);

/**
 * A sum in two stages: `first` leaves one partial sum for each of `count` workgroups, which are added in order then. One workgroup's is the
 * sum already.
 */
export function sumInStages(count: number, first: (partials: TensorInfo) => void): TensorInfo {
  const total = allocate([], 'float32');
  if (count === 1) {
    first(total);
    return total;
  }
  const partials = allocate([count], 'float32');
  first(partials);
  dispatch(partialSums(workgroups().size), {
    bindings: [partials, total],
    uniform: [count],
    workgroups: 1,
  });
  release(partials);
  return total;
}
