import * as tf from '@tensorflow/tfjs-core';
// tfjs-core registers no gradients in Node; tfjs-layers does.
import '@tensorflow/tfjs-layers';
import { choose } from './auto.ts';
import type { Backend, BackendName, BackendOptions } from './backend.ts';
import { start } from './start.ts';

export { BackendUnavailable } from './backend.ts';
export type { Backend, BackendName, BackendOptions } from './backend.ts';
export { BatchNorm } from './batch-norm.ts';

/** The names `useBackend` takes, fastest first. */
export const BACKENDS: readonly BackendName[] = ['webgpu', 'tensorflow', 'wasm', 'cpu'];

/**
 * Makes a backend the one tfjs computes on, and proves that it is.
 *
 * `auto` takes the fastest that works: a real GPU through `webgpu`, then `tensorflow` where it is set up, then `wasm`.
 * One asked for by name and not there is a {@link BackendUnavailable}, never another backend.
 */
export async function useBackend(
  request: 'auto' | BackendName,
  options: BackendOptions = {},
): Promise<Backend> {
  const known: readonly string[] = ['auto', ...BACKENDS];
  if (!known.includes(request)) {
    throw new Error(`backend '${request}' is not known; take one of ${known.join(', ')}`);
  }
  // Keeps tfjs from advertising tfjs-node; it silences warnings and nothing else.
  tf.enableProdMode();
  return request === 'auto' ? await choose(options) : await start(request, options);
}
