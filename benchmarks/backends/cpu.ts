import * as tf from '@tensorflow/tfjs-core';
import { version_cpu } from '@tensorflow/tfjs-backend-cpu';
import type { Started } from './backend.ts';

/** Makes `cpu` the backend: plain JavaScript, the yardstick of the others; too slow to train convolutions. */
export async function startCpu(): Promise<Started> {
  await tf.setBackend('cpu');
  return {
    detail: 'cpu, plain JavaScript',
    versions: { '@tensorflow/tfjs-backend-cpu': version_cpu },
    close: async () => {},
  };
}
