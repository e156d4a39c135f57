import { getKernel, registerKernel } from '@tensorflow/tfjs-core';
import { formulaKernels } from './formula/kernels/index.ts';
import { kernels } from './kernels/index.ts';

/** Registers all kernels of the package with tfjs. Once: a second call, or a second copy of this module, changes nothing. */
export function registerKernels(): void {
  for (const kernel of [...formulaKernels, ...kernels]) {
    if (!getKernel(kernel.kernelName, kernel.backendName)) registerKernel(kernel);
  }
}
