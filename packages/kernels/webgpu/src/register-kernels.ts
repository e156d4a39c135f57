import type { KernelConfig } from '@tensorflow/tfjs-core';
import { getKernel, registerKernel } from '@tensorflow/tfjs-core';
import { formulaKernels } from './formula/index.ts';
import { kernels } from './kernels/index.ts';

/** All kernels of the package. */
export const kernelsHere: readonly KernelConfig[] = [...formulaKernels, ...kernels];

/** Registers all kernels of the package with tfjs. Once: a second call, or a second copy of this module, changes nothing. */
export function registerKernels(): void {
  for (const kernel of kernelsHere) {
    if (!getKernel(kernel.kernelName, kernel.backendName)) registerKernel(kernel);
  }
}
