import { orderDescending } from '@equipoise/core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import { tensor1d } from '@tensorflow/tfjs-core';
import { densityInOrder } from '../exact-density.ts';
import type { ExactHarmonyAttributes, ExactHarmonyInputs } from './exact-harmony.ts';

/** Sort each group once, then count with two pointers. */
export function exactHarmonyOnHost(
  inputs: ExactHarmonyInputs,
  { epsilon, groupCount }: ExactHarmonyAttributes,
): Tensor1D {
  const norms = inputs.norms.dataSync() as Float32Array;
  const weights = inputs.weights.dataSync() as Float32Array;
  const group = inputs.group.dataSync() as Int32Array;
  const columns = norms.length / Math.max(1, weights.length);
  const beta = new Float32Array(norms.length);
  for (let id = 0; id < groupCount; id += 1) {
    const entries = entriesOf(id, weights, group, columns);
    const ascending = orderDescending(norms, entries).toReversed();
    densityInOrder(norms, ascending, epsilon, beta);
    for (const i of entries) beta[i] = entries.length / beta[i]!;
  }
  return tensor1d(beta);
}

/** The entries of a group that count, ascending. */
function entriesOf(id: number, weights: Float32Array, group: Int32Array, columns: number): Int32Array {
  const entries = new Int32Array(weights.length * columns);
  let count = 0;
  for (let i = 0; i < weights.length; i += 1) {
    if (group[i] !== id || !(weights[i]! > 0)) continue;
    for (let c = 0; c < columns; c += 1) entries[count++] = i * columns + c;
  }
  return entries.subarray(0, count);
}
