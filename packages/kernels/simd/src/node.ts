/**
 * Threads in Node: `startWasm` makes tfjs's wasm backend the current one, in a memory that the fused kernels' threads share.
 *
 * @packageDocumentation
 */
export * from './index.ts';
export { startWasm } from './node/start-wasm.ts';
export type { StartWasmOptions } from './node/start-wasm.ts';
