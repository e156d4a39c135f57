import type { KernelConfig } from '@tensorflow/tfjs-core';

/** The kernels of operations that are more than a formula. */
export const kernels: readonly KernelConfig[] = [];
