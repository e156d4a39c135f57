import { createRequire } from 'node:module';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import type { BackendOptions, Started } from './backend.ts';
import { registerConvolutionGradients } from './wasm-convolution-gradients.ts';

/**
 * Makes `wasm` the backend, able to train convolutions. tfjs's own kernels have one thread in Node; with more, the fused kernels are there and
 * share the backend's memory.
 */
export async function startWasm({ fusedThreads = 1 }: BackendOptions = {}): Promise<Started> {
  registerConvolutionGradients();
  if (fusedThreads === 1) await startOnOneThread();
  else await (await import('@equipoise/simd/node')).startWasm({ threads: fusedThreads });
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return {
    detail: `wasm, ${simd === true ? 'SIMD' : 'no SIMD'}, 1 thread${fusedThreads === 1 ? '' : `, ${fusedThreads} of fused kernels`}`,
    versions: { '@tensorflow/tfjs-backend-wasm': version_wasm },
    close: async () => {},
  };
}

async function startOnOneThread(): Promise<void> {
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  if (tf.findBackend('wasm') === null) setWasmPaths(`${path.dirname(entry)}${path.sep}`);
  await tf.setBackend('wasm');
}
