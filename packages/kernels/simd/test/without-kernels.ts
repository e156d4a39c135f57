import { getKernel, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import { formulaKernels } from '../src/formula/kernels/index.ts';
import { kernels } from '../src/kernels/index.ts';

/** Runs with none of this package's kernels registered; then puts them back. */
export function withoutKernels<T>(run: () => T): T {
  const registered = [...formulaKernels, ...kernels].filter(({ kernelName, backendName }) =>
    getKernel(kernelName, backendName),
  );
  for (const { kernelName, backendName } of registered) unregisterKernel(kernelName, backendName);
  try {
    return run();
  } finally {
    for (const kernel of registered) registerKernel(kernel);
  }
}
