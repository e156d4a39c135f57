import type { KernelConfig } from '@tensorflow/tfjs-core';
import { pointwiseHistogramKernel } from './pointwise-histogram.ts';
import { pointwiseMapKernel } from './pointwise-map.ts';
import { pointwiseSumKernel } from './pointwise-sum.ts';

/** The kernels that compile formulas. */
export const formulaKernels: readonly KernelConfig[] = [
  pointwiseMapKernel,
  pointwiseSumKernel,
  pointwiseHistogramKernel,
];
