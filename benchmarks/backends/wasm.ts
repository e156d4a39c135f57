import { createRequire } from 'node:module';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import type { Started } from './backend.ts';
import { registerConvolutionGradients } from './wasm-convolution-gradients.ts';

/** Makes `wasm` the backend, able to train convolutions. One thread: tfjs-backend-wasm has no more in Node. */
export async function startWasm(): Promise<Started> {
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  if (tf.findBackend('wasm') === null) setWasmPaths(`${path.dirname(entry)}${path.sep}`);
  registerConvolutionGradients();
  await tf.setBackend('wasm');
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return {
    detail: `wasm, ${simd === true ? 'SIMD' : 'no SIMD'}, 1 thread`,
    versions: { '@tensorflow/tfjs-backend-wasm': version_wasm },
    close: async () => {},
  };
}
