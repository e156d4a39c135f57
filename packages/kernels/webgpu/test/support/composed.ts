import { getKernel, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import { kernelsHere } from '../../src/register-kernels.ts';

/** Runs with none of this package's kernels registered, so that operations are composed of tfjs ops; then puts them back. */
export async function composed<T>(run: () => Promise<T>): Promise<T> {
  const registered = kernelsHere.filter(({ kernelName }) => getKernel(kernelName, 'webgpu'));
  for (const { kernelName } of registered) unregisterKernel(kernelName, 'webgpu');
  try {
    return await run();
  } finally {
    for (const kernel of registered) registerKernel(kernel);
  }
}
