/**
 * How a kernel gets at memory. A kernel is a function of a {@link Workspace}; it asks it for addresses and calls a {@link Program} on them:
 *
 * ```ts
 * const program = new Program((level) => bytesOfMyModule[level]); // imports env.memory, at least 0 pages; no data of its own
 *
 * export const scaleKernels = defineKernel<'x', { factor: number }>('Scale', {
 *   run(space, { x }, { factor }) {
 *     const [input, output] = [space.input(x), space.output(x.shape, 'float32')];
 *     const block = space.inPlace ? input.size : STAGED_BLOCK;
 *     for (let start = 0; start < input.size; start += block) {
 *       const count = Math.min(block, input.size - start);
 *       program.on(space.memory).scale!(input.at(start, count), output.at(start, count), count, factor);
 *     }
 *     return output.tensor(); // or a list of outputs
 *   },
 * });
 * ```
 *
 * - On tfjs's wasm backend the memory is the backend's own and `at` gives the address where the tensor lies. On cpu and tensorflow it is ours,
 *   and `at` copies that block in, or out once it is written. A kernel that needs a tensor whole takes `whole` and `wholeOutput`.
 * - Addresses of 4-byte elements are multiples of 4, not of 16. Bool is a byte an element.
 * - Any allocation (`scratch`, `at`, `output`) may grow the memory: make views of `space.memory.buffer` after the last one, and write what lies
 *   in scratch after it was asked for.
 * - Threads: give `isLarge`, and hand shares to `callOnThreads`. The workspace is then on shared memory, staged on every backend but a
 *   wasm whose memory is shared. Use one `slot` per share: `input.at(start, count, slot)`.
 */
import type { KernelConfig, KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';
import { InPlaceWorkspace } from './in-place-workspace.ts';
import { OwnMemory } from './own-memory.ts';
import type { Program } from './program.ts';
import { isShared } from './program.ts';
import { StagedWorkspace } from './staged-workspace.ts';
import { anyStore, heapStore } from './tensor-store.ts';
import { wasmHeap } from './tfjs-internals.ts';
import { readyPool, threads } from './threads.ts';
import type { Workspace } from './workspace.ts';

export { Program } from './program.ts';
export { sizeOf, STAGED_BLOCK, whole, wholeOutput } from './workspace.ts';
export type { Input, Output, Workspace } from './workspace.ts';

const BACKENDS = ['cpu', 'wasm', 'tensorflow'] as const;

/** What a kernel does. Inputs are borrowed; outputs are the engine's to keep. */
export interface KernelDefinition<InputNames extends string, Attributes extends object> {
  readonly run: (
    space: Workspace,
    inputs: Readonly<Record<InputNames, TensorInfo>>,
    attributes: Attributes,
  ) => TensorInfo | TensorInfo[];
  /** Whether the work is worth several threads; default never. Asked only where several are ready. */
  readonly isLarge?: (inputs: Readonly<Record<InputNames, TensorInfo>>, attributes: Attributes) => boolean;
}

/**
 * The kernels of an operation, one for each backend whose tensors lie in this process, for tfjs's registry.
 *
 * @param operationName the name that `defineOperation` was given.
 */
export function defineKernel<InputNames extends string, Attributes extends object>(
  operationName: string,
  { run, isLarge }: KernelDefinition<InputNames, Attributes>,
): KernelConfig[] {
  return BACKENDS.map((backendName) => ({
    kernelName: operationName,
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const named = inputs as Record<InputNames, TensorInfo>;
      const attributes = attrs as unknown as Attributes;
      const onThreads = readyPool() !== undefined && (isLarge?.(named, attributes) ?? false);
      const space = openWorkspace(backend as KernelBackend, onThreads ? threads() : 1);
      try {
        return run(space, named, attributes);
      } finally {
        space.close();
      }
    },
  }));
}

/**
 * One call of a program's function with each list of arguments, on as many threads as are ready, this one first; gives what the calls gave.
 * One after the other where the workspace is of one thread.
 */
export function callOnThreads(
  program: Program,
  space: Workspace,
  name: string,
  calls: readonly (readonly number[])[],
): number[] {
  const pool = space.threads > 1 ? readyPool() : undefined;
  if (!pool) return calls.map((args) => program.on(space.memory)[name]!(...args));
  const results: number[] = [];
  for (let at = 0; at < calls.length; at += pool.size + 1) {
    results.push(...pool.call(program, space.memory, name, calls.slice(at, at + pool.size + 1)));
  }
  return results;
}

const own = new OwnMemory(false);
let ownShared: OwnMemory | undefined;

function openWorkspace(backend: KernelBackend, threadCount: number): InPlaceWorkspace | StagedWorkspace {
  const heap = wasmHeap(backend);
  if (heap && (threadCount === 1 || isShared(heap.memory))) return new InPlaceWorkspace(heap, threadCount);
  const store = heap ? heapStore(heap) : anyStore(backend);
  const memory = threadCount === 1 ? own : (ownShared ??= new OwnMemory(true));
  return new StagedWorkspace(store, memory, threadCount);
}
