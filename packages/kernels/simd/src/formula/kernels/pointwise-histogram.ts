import type { PointwiseHistogramAttributes } from '@equipoise/core';
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { defineKernel } from '../../runtime/kernel.ts';
import { LANE_COPIES } from '../compiler/histogram.ts';
import { isLargeGrid, runOverGrid } from './run-over-grid.ts';

/** `PointwiseHistogram`: how many entries a program puts into each bin, in one pass. */
export const pointwiseHistogramKernels: readonly KernelConfig[] = defineKernel<
  string,
  PointwiseHistogramAttributes
>('PointwiseHistogram', {
  isLarge: isLargeGrid,
  run(space, inputs, attributes) {
    const { bins, shape } = attributes;
    // Each thread and lane counts for itself; the last counter is for what counts nowhere.
    const stride = bins + 1;
    const perSlot = LANE_COPIES * stride;
    const length = space.threads * perSlot;
    const counters = space.scratch(4 * length);
    new Int32Array(space.memory.buffer, counters, length).fill(0);
    if (shape[0] * shape[1] > 0) {
      runOverGrid('histogram', space, inputs, attributes, {
        grids: [],
        ofSlot: (slot) => [counters + 4 * perSlot * slot, bins],
      });
    }
    const counts = space.output([bins], 'int32');
    const address = counts.at(0, bins);
    const total = new Int32Array(space.memory.buffer, address, bins).fill(0);
    const counted = new Int32Array(space.memory.buffer, counters, length);
    for (let copy = 0; copy < length; copy += stride) {
      for (let bin = 0; bin < bins; bin += 1) total[bin]! += counted[copy + bin]!;
    }
    return counts.tensor();
  },
});
