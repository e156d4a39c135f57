import type { SelectTopKAttributes, SelectTopKInputs } from '@equipoise/core';
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { defineKernel, sizeOf, wholeOutput } from '../runtime/kernel.ts';
import { call, floatsOf, integersOf } from './functions.ts';

/** The k best of each image: the k-th key digit by digit, O(n). A score that is NaN comes last. */
export const selectTopKKernels: readonly KernelConfig[] = defineKernel<
  keyof SelectTopKInputs,
  SelectTopKAttributes
>('SelectTopK', {
  run(space, inputs, { imageCount }) {
    const size = sizeOf(inputs.scores);
    const kept = wholeOutput(space, [size], 'float32');
    const [scores, eligible] = [floatsOf(space, inputs.scores), floatsOf(space, inputs.eligible)];
    const [image, k] = [integersOf(space, inputs.image), floatsOf(space, inputs.k)];
    const scratch = space.scratch(call(space, 'selectBytes', size, imageCount));
    call(space, 'selectTopK', scores, eligible, image, k, size, imageCount, kept.at, scratch);
    return kept.tensor();
  },
});
