import type { KernelConfig } from '@tensorflow/tfjs-core';
import { pointwiseHistogramKernels } from './pointwise-histogram.ts';
import { pointwiseMapKernels } from './pointwise-map.ts';
import { pointwiseSumKernels } from './pointwise-sum.ts';

/** The kernels of formulas. */
export const formulaKernels: readonly KernelConfig[] = [
  ...pointwiseMapKernels,
  ...pointwiseSumKernels,
  ...pointwiseHistogramKernels,
];
