import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

const wasm = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
setWasmPaths(path.dirname(wasm) + path.sep);

/** The backends that these tests run on. */
export const BACKENDS = ['cpu', 'wasm'] as const;
