/**
 * WebAssembly kernels for tfjs's backends cpu, wasm and tensorflow. Importing this registers them; Equipoise's operations then use them
 * whenever one of those backends is the current one.
 *
 * @packageDocumentation
 */
import { registerKernels } from './register-kernels.ts';

registerKernels();

export { setThreads, threads } from './runtime/threads.ts';
