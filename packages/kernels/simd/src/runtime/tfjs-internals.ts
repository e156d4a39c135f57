import type { DataId, KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';
import { shareClones } from './sharing-identity.ts';

/**
 * The one file that knows a tfjs backend from inside. Pinned to @tensorflow/tfjs-backend-wasm 4.22.0.
 *
 * `getMemoryOffset` and `makeOutput` of its backend are public; the memory behind them is not: Emscripten's module `backend.wasm` has it as
 * `wasm.asm.memory`, or as `wasm.wasmMemory` where threads share it.
 *
 * Where one of these is missing, in another version, kernels copy instead: tensors then go through `readSync` and `write`, which every tfjs
 * backend has.
 */

/** The memory of tfjs's wasm backend, and its tensors in it. */
export interface WasmHeap {
  readonly memory: WebAssembly.Memory;
  /** Bytes, as any other allocation of the backend. Throws where there are no more. */
  allocate(bytes: number): number;
  free(address: number): void;
  addressOf(tensor: TensorInfo): number;
  makeOutput(shape: readonly number[], dtype: string): TensorInfo;
}

/** What 32-bit addresses reach. */
const ADDRESSABLE = 2 ** 32;

interface Internals {
  readonly wasm?: {
    readonly asm?: { readonly memory?: unknown };
    readonly wasmMemory?: unknown;
    readonly _malloc?: (bytes: number) => number;
    readonly _free?: (address: number) => void;
  };
  getMemoryOffset?(id: DataId): number;
  makeOutput?(shape: number[], dtype: string): TensorInfo;
}

const heaps = new WeakMap<object, WasmHeap | 'unknown'>();

/** The heap of tfjs's wasm backend; undefined for another backend, or a version whose inside is not known. */
export function wasmHeap(backend: KernelBackend): WasmHeap | undefined {
  let heap = heaps.get(backend);
  if (heap === undefined) heaps.set(backend, (heap = openHeap(backend as Internals) ?? 'unknown'));
  return heap === 'unknown' ? undefined : heap;
}

function openHeap(backend: Internals): WasmHeap | undefined {
  const { wasm } = backend;
  const memory = wasm?.wasmMemory ?? wasm?.asm?.memory;
  if (!(memory instanceof WebAssembly.Memory)) return undefined;
  const { _malloc: malloc, _free: free } = wasm!;
  if (!malloc || !free || !backend.getMemoryOffset || !backend.makeOutput) return undefined;
  shareClones();
  return {
    memory,
    // Addresses beyond 2 GiB come back negative.
    allocate(bytes) {
      const address = bytes < ADDRESSABLE ? malloc(bytes) >>> 0 : 0;
      if (address === 0 && bytes > 0) {
        throw new RangeError(`@equipoise/simd: the wasm backend has no ${bytes} bytes left`);
      }
      return address;
    },
    free,
    addressOf: ({ dataId }) => backend.getMemoryOffset!(dataId),
    makeOutput: (shape, dtype) => backend.makeOutput!([...shape], dtype),
  };
}
