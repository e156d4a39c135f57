import type { KernelConfig } from '@tensorflow/tfjs-core';
import { defineKernel, sizeOf, whole, wholeOutput } from '../runtime/kernel.ts';
import { call } from './functions.ts';

/** IoU of the boxes in a row. */
export const alignedIouKernels: readonly KernelConfig[] = defineKernel<'a' | 'b', { readonly least: number }>(
  'AlignedIou',
  {
    run(space, { a, b }, { least }) {
      const count = sizeOf(a) / 4;
      const overlaps = wholeOutput(space, [count], 'float32');
      call(space, 'alignedIou', whole(space, a), whole(space, b), count, least, overlaps.at);
      return overlaps.tensor();
    },
  },
);
