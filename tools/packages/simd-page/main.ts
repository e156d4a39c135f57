import '@tensorflow/tfjs-backend-cpu';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers'; // registers gradients
import type { Outcome, Run } from './outcome.ts';
import { watch } from './sightings.ts';
import { differences, type Results, works } from './works.ts';

const BACKENDS = ['cpu', 'wasm'];
const OPERATIONS: ReadonlySet<string> = new Set(['PointwiseSum', 'GreedyNms']);

const sightings = watch();
const compute = works();

/** The memory of the wasm backend, where it runs. */
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
  const before = sightings.tasks();
  const results: Results[] = [];
  const { kernelNames } = await tf.profile(() => {
    results.push(compute());
    return [];
  });
  const memory = backendMemory();
  return {
    backend,
    threads,
    kernels: kernelNames.filter((name) => OPERATIONS.has(name)),
    inPlace: threads === 1 ? sightings.ranOn(memory) : sightings.isHanded(memory),
    shared: globalThis.SharedArrayBuffer !== undefined && memory?.buffer instanceof SharedArrayBuffer,
    tasks: sightings.tasks() - before,
    differences: differences(results[0]!, expected),
  };
}

setWasmPaths({
  'tfjs-backend-wasm.wasm': plain,
  'tfjs-backend-wasm-simd.wasm': simd,
  'tfjs-backend-wasm-threaded-simd.wasm': threaded,
});
setThreadsCount(2);
const expected = new Map<string, Results>();
for (const backend of BACKENDS) {
  await tf.setBackend(backend);
  expected.set(backend, compute());
}
const { setThreads } = await import('@equipoise/simd');
const runs: Run[] = [];
for (const [backend, results] of expected) runs.push(await run(backend, 1, results));
const threads = await setThreads(2).catch(String);
if (threads === 2) for (const [backend, results] of expected) runs.push(await run(backend, 2, results));

const outcome: Outcome = { isolated: crossOriginIsolated, threads, runs };
document.querySelector('#outcome')!.textContent = JSON.stringify(outcome);
document.querySelector('[role=status]')!.textContent = 'Done';
