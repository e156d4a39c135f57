import * as tf from '@tensorflow/tfjs-core';
import type { Backend, BackendName, BackendOptions, Started } from './backend.ts';
import { verify } from './verify.ts';

/** Each backend is loaded when it is asked for: the libraries behind them weigh hundreds of megabytes. */
const starters: Record<BackendName, (options: BackendOptions) => Promise<Started>> = {
  cpu: async () => await (await import('./cpu.ts')).startCpu(),
  wasm: async (options) => await (await import('./wasm.ts')).startWasm(options),
  tensorflow: async (options) => await (await import('./tensorflow.ts')).startTensorflow(options),
  webgpu: async () => await (await import('./webgpu.ts')).startWebgpu(),
};

/** Starts one backend by name and checks it. */
export async function start(name: BackendName, options: BackendOptions): Promise<Backend> {
  const { threads } = options;
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1)) {
    throw new Error(`backend ${name}: threads: expected a positive integer, got ${threads}`);
  }
  if (threads !== undefined && threads > 1 && name !== 'tensorflow') {
    throw new Error(
      `backend ${name}: threads: runs on one thread, got ${threads}; start more processes instead`,
    );
  }
  const started = await starters[name](options);
  await verify(name);
  return {
    ...started,
    name,
    versions: { node: process.version, '@tensorflow/tfjs-core': tf.version_core, ...started.versions },
  };
}
