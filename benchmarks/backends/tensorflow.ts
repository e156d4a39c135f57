import * as tf from '@tensorflow/tfjs-core';
import { BackendUnavailable } from './backend.ts';
import type { BackendOptions, Started } from './backend.ts';
import { restoreNodeUtil } from './node-shims.ts';
import { findTensorflow } from './tensorflow-package.ts';

/** Makes TensorFlow's own library the backend: native speed on the CPU, or CUDA where it was built with it. */
export async function startTensorflow({ threads }: BackendOptions): Promise<Started> {
  const { name, require } = findTensorflow();
  setEnvironment(threads);
  restoreNodeUtil();
  const { version } = require(name) as { version: Record<string, string> };
  await tf.setBackend('tensorflow');
  const { binding, isUsingGpuDevice } = tf.backend() as unknown as {
    binding?: { TF_Version?: string };
    isUsingGpuDevice?: boolean;
  };
  const library = binding?.TF_Version;
  if (library === undefined) {
    throw new BackendUnavailable(
      'tensorflow',
      `${name} did not load libtensorflow`,
      'run `npm run setup:tensorflow`',
    );
  }
  const device = isUsingGpuDevice === true ? 'GPU' : threadsInWords(threads);
  return {
    detail: `tensorflow, libtensorflow ${library}, ${device}`,
    versions: { [name]: version['tfjs-node'] ?? 'unknown', libtensorflow: library },
    close: async () => {},
  };
}

/** Read by libtensorflow once, while it loads. */
function setEnvironment(threads: number | undefined): void {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  process.env['TF_DETERMINISTIC_OPS'] ??= '1';
  if (threads === undefined) return;
  for (const pool of ['TF_NUM_INTRAOP_THREADS', 'TF_NUM_INTEROP_THREADS', 'OMP_NUM_THREADS']) {
    process.env[pool] = String(threads);
  }
}

const threadsInWords = (threads: number | undefined): string => {
  if (threads === undefined) return 'all threads';
  return threads === 1 ? '1 thread' : `${threads} threads`;
};
