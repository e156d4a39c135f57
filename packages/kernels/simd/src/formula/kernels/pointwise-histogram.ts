import type { PointwiseHistogramAttributes } from '@equipoise/core';
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { defineKernel } from '../../runtime/kernel.ts';
import { COUNTERS_OF_BIN } from '../compiler/histogram.ts';
import { isLargeGrid, runOverGrid } from './run-over-grid.ts';

/** `PointwiseHistogram`: how many entries a program puts into each bin, in one pass. */
export const pointwiseHistogramKernels: readonly KernelConfig[] = defineKernel<
  string,
  PointwiseHistogramAttributes
>('PointwiseHistogram', {
  isLarge: isLargeGrid,
  run(space, inputs, attributes) {
    const { bins, shape } = attributes;
    // Each thread counts for itself; behind the last bin is one for what counts nowhere.
    const perSlot = COUNTERS_OF_BIN * (bins + 1);
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
    for (let i = 0; i < length; i += 1) {
      const bin = Math.floor((i % perSlot) / COUNTERS_OF_BIN);
      if (bin < bins) total[bin]! += counted[i]!;
    }
    return counts.tensor();
  },
});
