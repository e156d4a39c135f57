import '@tensorflow/tfjs-backend-cpu';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers'; // registers gradients
import type { Outcome, Run } from './outcome.ts';
import { watch } from './sightings.ts';
import { differences, type Results, works } from './works.ts';

const ON_THREADS = ['cpu', 'wasm'];
const OPERATIONS: ReadonlySet<string> = new Set(['PointwiseSum', 'GreedyNms']);

const sightings = watch();
const compute = works();

async function backends(): Promise<readonly string[]> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<object | null> } };
  return (await gpu?.requestAdapter()) ? [...ON_THREADS, 'webgpu'] : ON_THREADS;
}

/** The memory of the wasm backend, where it is the current one. */
function backendMemory(): WebAssembly.Memory | undefined {
  type Wasm = {
    readonly wasmMemory?: WebAssembly.Memory;
    readonly asm?: { readonly memory?: WebAssembly.Memory };
  };
  const { wasm } = tf.backend() as { readonly wasm?: Wasm };
  return wasm?.wasmMemory ?? wasm?.asm?.memory;
}

async function run(backend: string, threads: number, expected: Results): Promise<Run> {
  await tf.setBackend(backend);
  const [tasks, kernels] = [sightings.tasks(), sightings.kernels().length];
  const results = await compute();
  const memory = backendMemory();
  return {
    backend,
    threads,
    kernels: sightings
      .kernels()
      .slice(kernels)
      .filter((name) => OPERATIONS.has(name)),
    inPlace: threads === 1 ? sightings.ranOn(memory) : sightings.isHanded(memory),
    shared: globalThis.SharedArrayBuffer !== undefined && memory?.buffer instanceof SharedArrayBuffer,
    tasks: sightings.tasks() - tasks,
    differences: differences(results, expected),
  };
}

setWasmPaths({
  'tfjs-backend-wasm.wasm': plain,
  'tfjs-backend-wasm-simd.wasm': simd,
  'tfjs-backend-wasm-threaded-simd.wasm': threaded,
});
setThreadsCount(2);
const expected = new Map<string, Results>();
for (const backend of await backends()) {
  await tf.setBackend(backend);
  expected.set(backend, await compute());
}
const [{ setThreads }] = await Promise.all([import('@equipoise/simd'), import('@equipoise/webgpu')]);
const runs: Run[] = [];
for (const [backend, results] of expected) runs.push(await run(backend, 1, results));
const threads = await setThreads(2).catch(String);
if (threads === 2) {
  for (const backend of ON_THREADS) runs.push(await run(backend, 2, expected.get(backend)!));
}

const outcome: Outcome = { isolated: crossOriginIsolated, threads, runs };
document.querySelector('#outcome')!.textContent = JSON.stringify(outcome);
document.querySelector('[role=status]')!.textContent = 'Done';
