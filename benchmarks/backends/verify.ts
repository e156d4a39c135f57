import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from './backend.ts';

/**
 * Multiplies two small matrices and compares: tfjs falls back to another backend without a word, and a broken GPU driver
 * answers with zeros.
 */
export async function verify(name: BackendName): Promise<void> {
  const current = tf.getBackend();
  if (current !== name) throw new Error(`backend ${name}: tfjs took ${current || 'none'} instead`);
  // tfjs computes small inputs of webgpu in JavaScript, which would prove nothing.
  const forward = name === 'webgpu' ? tf.env().getBool('WEBGPU_CPU_FORWARD') : undefined;
  if (forward !== undefined) tf.env().set('WEBGPU_CPU_FORWARD', false);
  const product = tf.tidy(() => tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6], [2, 1])));
  try {
    const values = [...(await product.data())];
    if (values[0] !== 17 || values[1] !== 39) {
      throw new Error(`backend ${name}: a matrix product came out as ${values.join(', ')}, not 17, 39`);
    }
  } finally {
    product.dispose();
    if (forward !== undefined) tf.env().set('WEBGPU_CPU_FORWARD', forward);
  }
}
