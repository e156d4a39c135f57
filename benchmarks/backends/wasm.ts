import { createRequire } from 'node:module';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { registerConvolutionGradients } from './wasm-convolution-gradients.ts';

/** Makes `wasm` the backend, able to train convolutions. */
export async function startWasm(): Promise<void> {
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${path.dirname(entry)}${path.sep}`);
  registerConvolutionGradients();
  await tf.setBackend('wasm');
}
