import type { KernelConfig } from '@tensorflow/tfjs-core';
import { defineKernel, sizeOf, wholeOutput } from '../runtime/kernel.ts';
import { call, floatsOf } from './functions.ts';

/** Where a mask is above 0: eight entries at once where none is. */
export const maskIndicesKernels: readonly KernelConfig[] = defineKernel<'mask', object>('MaskIndices', {
  run(space, { mask }) {
    const size = sizeOf(mask);
    const [indices, count] = [wholeOutput(space, [size], 'int32'), wholeOutput(space, [], 'int32')];
    const found = call(space, 'maskIndices', floatsOf(space, mask), size, indices.at);
    new Int32Array(space.memory.buffer, count.at, 1)[0] = found;
    return [indices.tensor(), count.tensor()];
  },
});
