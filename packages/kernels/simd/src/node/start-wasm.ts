import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { demand } from '@equipoise/core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { backend, engine, setBackend } from '@tensorflow/tfjs-core';
import { isShared } from '../runtime/program.ts';
import { wasmHeap } from '../runtime/tfjs-internals.ts';
import { setThreads } from '../runtime/threads.ts';
import { sharingOwnMemory } from './sharing-own-memory.ts';

/** What tfjs's wasm backend may load: without SIMD, with it, and with threads, which it never takes in Node. */
const MODULES = [
  'tfjs-backend-wasm.wasm',
  'tfjs-backend-wasm-simd.wasm',
  'tfjs-backend-wasm-threaded-simd.wasm',
] as const;

/** Options of {@link startWasm}. */
export interface StartWasmOptions {
  /** Threads of the fused kernels, this one included: see `setThreads`. Default 2. tfjs's own kernels stay on one. */
  readonly threads?: number;
}

/**
 * Makes tfjs's `wasm` the current backend, in a memory that threads share: fused kernels then compute on several where the tensors lie.
 * Elsewhere in Node tensors are copied for them, since tfjs takes its build with threads in browsers only (tfjs issue 3830). The module is
 * tfjs's own, one bit of it changed; it is loaded through `setWasmPaths`.
 *
 * @throws EquipoiseError where the wasm backend runs in a memory of its own, is of a version whose module has another form, or a thread does
 * not start.
 * @example
 * import { startWasm } from '@equipoise/simd/node';
 * import { getBackend } from '@tensorflow/tfjs-core';
 *
 * await startWasm({ threads: 2 });
 * console.log(getBackend()); // wasm
 */
export async function startWasm({ threads = 2 }: StartWasmOptions = {}): Promise<void> {
  const starts = !('wasm' in engine().registry);
  const started = starts ? await startShared() : await setBackend('wasm');
  const memory = started ? wasmHeap(backend())?.memory : undefined;
  demand(memory !== undefined && isShared(memory), {
    package: '@equipoise/simd',
    subject: 'startWasm',
    expected: 'to be called before the wasm backend starts, and @tensorflow/tfjs-backend-wasm 4.22.0',
    actual: starts
      ? 'one that starts otherwise'
      : 'one that runs, in a memory of its own which cannot become shared',
  });
  await setThreads(threads);
}

async function startShared(): Promise<boolean> {
  const urls = await Promise.all(MODULES.map(async (name) => [name, await sharedModuleUrl(name)] as const));
  setWasmPaths(Object.fromEntries(urls), true);
  const started = await setBackend('wasm');
  for (const [, url] of urls) URL.revokeObjectURL(url);
  return started;
}

async function sharedModuleUrl(name: (typeof MODULES)[number]): Promise<string> {
  const file = createRequire(import.meta.url).resolve(`@tensorflow/tfjs-backend-wasm/wasm-out/${name}`);
  const bytes = await readFile(file);
  // The build with threads imports its memory; it stays as it is.
  const shared = name.includes('threaded') ? bytes : sharingOwnMemory(bytes);
  demand(shared !== undefined, {
    package: '@equipoise/simd',
    subject: name,
    expected: 'a memory of its own with a maximum, as in @tensorflow/tfjs-backend-wasm 4.22.0',
    actual: 'another form',
  });
  return URL.createObjectURL(new Blob([shared as Uint8Array<ArrayBuffer>], { type: 'application/wasm' }));
}
