import type { DecodeDeltasAttributes } from '@equipoise/core';
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { defineKernel, sizeOf, whole, wholeOutput } from '../runtime/kernel.ts';
import { call } from './functions.ts';

/** Boxes from deltas: both axes at once, eˣ in double precision. */
export const decodeDeltasKernels: readonly KernelConfig[] = defineKernel<
  'anchors' | 'deltas',
  DecodeDeltasAttributes
>('DecodeDeltas', {
  run(space, { anchors, deltas }, { means, stds, mostMove, leastGrowth, mostGrowth }) {
    const count = sizeOf(anchors) / 4;
    const boxes = wholeOutput(space, anchors.shape, 'float32');
    const inputs = [whole(space, anchors), whole(space, deltas), count] as const;
    const scales = space.scratch(32);
    new Float32Array(space.memory.buffer, scales, 8).set([...stds, ...means]);
    call(space, 'decodeDeltas', ...inputs, scales, scales + 16, mostMove, leastGrowth, mostGrowth, boxes.at);
    return boxes.tensor();
  },
});
