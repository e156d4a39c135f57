import type { GreedyNmsAttributes, GreedyNmsInputs } from '@equipoise/core';
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { defineKernel, sizeOf, wholeOutput } from '../runtime/kernel.ts';
import { call, floatsOf, integersOf } from './functions.ts';

/** Greedy NMS: a radix sort, then each box of a group against the kept ones near it, four at a time. */
export const greedyNmsKernels: readonly KernelConfig[] = defineKernel<
  keyof GreedyNmsInputs,
  GreedyNmsAttributes
>('GreedyNms', {
  run(space, inputs, attributes) {
    const { groupCount, iouThreshold, maxPerGroup, offset, scoreThreshold } = attributes;
    const size = sizeOf(inputs.scores);
    const result = wholeOutput(space, [size], 'float32');
    const [boxes, scores] = [floatsOf(space, inputs.boxes), floatsOf(space, inputs.scores)];
    const group = integersOf(space, inputs.group);
    const scratch = space.scratch(call(space, 'nmsBytes', size, groupCount));
    const where = [boxes, scores, group, size, groupCount] as const;
    const rules = [iouThreshold, maxPerGroup, offset, scoreThreshold] as const;
    call(space, 'greedyNms', ...where, ...rules, result.at, scratch);
    return result.tensor();
  },
});
