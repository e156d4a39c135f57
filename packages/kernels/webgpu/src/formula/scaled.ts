import type { KernelConfig, Scalar, Tensor } from '@tensorflow/tfjs-core';
import { mul } from '@tensorflow/tfjs-core';
import { defineKernel, numbersOnCpu, sameData } from '../runtime/kernel.ts';

/**
 * Core's `Scaled`: x times a factor that is most often the upstream gradient of a loss, 1. tfjs makes that 1 on the CPU and keeps it there as long as it only
 * meets small tensors: then the product is x itself, and a step reads and writes a third less.
 */
export const scaledKernel: KernelConfig = defineKernel<'x' | 'factor', object>('Scaled', ({ x, factor }) =>
  numbersOnCpu(factor)?.[0] === 1 ? sameData(x) : mul(x as Tensor, factor as Scalar),
);
