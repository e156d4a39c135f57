import type { NmsMatchAttributes, NmsMatchInputs } from '@equipoise/core';
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { defineKernel, sizeOf, wholeOutput } from '../runtime/kernel.ts';
import { call, floatsOf, integersOf } from './functions.ts';

/** NMS that remembers who suppressed whom, as greedy NMS. */
export const greedyNmsMatchKernels: readonly KernelConfig[] = defineKernel<
  keyof NmsMatchInputs,
  NmsMatchAttributes
>('GreedyNmsMatch', {
  run(space, inputs, { groupCount, iouThreshold, maxKeepers }) {
    const size = sizeOf(inputs.scores);
    const result = wholeOutput(space, [size], 'int32');
    const [boxes, scores] = [floatsOf(space, inputs.boxes), floatsOf(space, inputs.scores)];
    const [group, eligible] = [integersOf(space, inputs.group), floatsOf(space, inputs.eligible)];
    const scratch = space.scratch(call(space, 'nmsBytes', size, groupCount));
    const where = [boxes, scores, group, eligible, size, groupCount] as const;
    call(space, 'greedyNmsMatch', ...where, iouThreshold, maxKeepers, result.at, scratch);
    return result.tensor();
  },
});
