import { demand } from '@equipoise/core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { binEdges } from './bin-edges.ts';
import type { GradientHistogramAttributes, GradientHistogramInputs } from './gradient-histogram.ts';

/** The histogram in one pass over typed arrays. */
export function gradientHistogramOnHost(
  inputs: GradientHistogramInputs,
  { bins, groupCount }: GradientHistogramAttributes,
): readonly [Tensor1D, Tensor2D] {
  const norms = inputs.norms.dataSync() as Float32Array;
  const weights = inputs.weights.dataSync() as Float32Array;
  const group = inputs.group.dataSync() as Int32Array;
  const columns = norms.length / Math.max(1, weights.length);
  // Edges from 0 to Infinity, so that no norm is without a bin.
  const edges = Float32Array.of(0, ...binEdges(bins), Infinity);
  const uncounted = groupCount * bins;
  const places = new Int32Array(norms.length);
  const counts = new Float32Array(uncounted);
  let at = 0;
  for (let i = 0; i < weights.length; i += 1) {
    const end = at + columns;
    if (!(weights[i]! > 0)) {
      places.fill(uncounted, at, end);
      at = end;
      continue;
    }
    const row = group[i]! * bins;
    for (; at < end; at += 1) {
      const g = norms[at]!;
      let bin = Math.min((g * bins) | 0, bins - 1);
      // The product may be off by one bin where the norm is at an edge.
      if (g < edges[bin]!) bin -= 1;
      else if (g >= edges[bin + 1]!) bin += 1;
      places[at] = row + bin;
      counts[row + bin]! += 1;
    }
  }
  demandGroups(group, groupCount);
  return [tensor1d(places, 'int32'), tensor2d(counts, [groupCount, bins])];
}

function demandGroups(group: Int32Array, groupCount: number): void {
  const stray = group.find((id) => id < 0 || id >= groupCount);
  demand(stray === undefined, {
    package: 'ghm',
    subject: 'level or image of a sample',
    expected: `0 to ${groupCount - 1}`,
    actual: stray,
  });
}
