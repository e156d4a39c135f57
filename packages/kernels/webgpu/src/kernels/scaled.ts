import type { KernelConfig } from '@tensorflow/tfjs-core';
import { sizeOf } from '../runtime/size-of.ts';
import { allocate, defineKernel, knownNumber, rowSlices, sameData } from '../runtime/kernel.ts';
import { defineEach, forEach } from './each.ts';
import { rowsOf } from './rows-of.ts';

const scale = defineEach(
  'Scaled',
  () => ({ read: { x: 'f32', factor: 'f32' }, write: { y: 'f32' }, body: 'y[i] = x[i] * factor[0];' }),
  [{}],
);

/**
 * Core's `Scaled`: x times a factor that is most often the upstream gradient of a loss, 1. tfjs makes that 1 on the CPU: then the product
 * is x itself, and a step reads and writes a third less.
 */
export const scaledKernel: KernelConfig = defineKernel<'x' | 'factor', object>('Scaled', ({ x, factor }) => {
  if (knownNumber(factor) === 1) return sameData(x);
  const y = allocate(x.shape, 'float32');
  const size = sizeOf(x);
  if (size === 0) return y;
  for (const run of rowSlices(size, 1)) {
    forEach(scale({}), run.count, [rowsOf(x, run), factor, rowsOf(y, run)]);
  }
  return y;
});
