import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { WasmHeap } from './tfjs-internals.ts';
import type { Input, Output, OutputType, Workspace } from './workspace.ts';
import { bytesOf, sizeOf } from './workspace.ts';

/** Bytes that an address of Emscripten's allocator may lack to a multiple of 16. */
const SLACK = 15;

/** Computes in the memory of tfjs's wasm backend, on its own tensors: nothing is copied. */
export class InPlaceWorkspace implements Workspace {
  readonly memory: WebAssembly.Memory;
  readonly inPlace = true;
  readonly threads: number;
  readonly #heap: WasmHeap;
  readonly #allocated: number[] = [];

  constructor(heap: WasmHeap, threads: number) {
    this.threads = threads;
    this.memory = heap.memory;
    this.#heap = heap;
  }

  input(tensor: TensorInfo): Input {
    return this.#lying(tensor);
  }

  output(shape: readonly number[], dtype: OutputType): Output {
    const tensor = this.#heap.makeOutput(shape, dtype);
    return { ...this.#lying(tensor), tensor: () => tensor };
  }

  scratch(bytes: number): number {
    const address = this.#heap.allocate(bytes + SLACK);
    this.#allocated.push(address);
    return align(address);
  }

  /** Gives scratch back. */
  close(): void {
    for (const address of this.#allocated.splice(0)) this.#heap.free(address);
  }

  #lying(tensor: TensorInfo): Input {
    const address = this.#heap.addressOf(tensor);
    const bytesPerElement = bytesOf(tensor.dtype);
    return { size: sizeOf(tensor), bytesPerElement, at: (start) => address + start * bytesPerElement };
  }
}

function align(address: number): number {
  return Math.ceil(address / 16) * 16;
}
