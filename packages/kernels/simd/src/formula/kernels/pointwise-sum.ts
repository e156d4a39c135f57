import type { PointwiseAttributes } from '@equipoise/core';
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { defineKernel } from '../../runtime/kernel.ts';
import { isLargeGrid, runOverGrid } from './run-over-grid.ts';

/**
 * `PointwiseSum`: the sum of a program's first output, and the others at every entry, in one pass. At most 32 terms are added in float32, by
 * each lane within a row, and what they give in double.
 */
export const pointwiseSumKernels: readonly KernelConfig[] = defineKernel<string, PointwiseAttributes>(
  'PointwiseSum',
  {
    isLarge: isLargeGrid,
    run(space, inputs, attributes) {
      const { program, shape } = attributes;
      const grids = program.outputs.slice(1).map(() => space.output(shape, 'float32'));
      const sums =
        shape[0] * shape[1] === 0
          ? []
          : runOverGrid('sum', space, inputs, attributes, { grids, ofSlot: () => [] });
      const total = space.output([], 'float32');
      const address = total.at(0, 1);
      new Float32Array(space.memory.buffer, address, 1)[0] = sums.reduce((sum, term) => sum + term, 0);
      return [total, ...grids].map((output) => output.tensor());
    },
  },
);
