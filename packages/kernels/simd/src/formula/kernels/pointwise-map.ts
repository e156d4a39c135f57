import type { PointwiseAttributes } from '@equipoise/core';
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { defineKernel } from '../../runtime/kernel.ts';
import { isLargeGrid, runOverGrid } from './run-over-grid.ts';

/** `PointwiseMap`: a program's outputs at every entry, in one pass. */
export const pointwiseMapKernels: readonly KernelConfig[] = defineKernel<string, PointwiseAttributes>(
  'PointwiseMap',
  {
    isLarge: isLargeGrid,
    run(space, inputs, attributes) {
      const { program, shape } = attributes;
      const grids = program.outputs.map(() => space.output(shape, 'float32'));
      if (shape[0] * shape[1] > 0) runOverGrid('map', space, inputs, attributes, { grids, ofSlot: () => [] });
      return grids.map((grid) => grid.tensor());
    },
  },
);
