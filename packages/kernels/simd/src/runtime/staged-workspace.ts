import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { OwnMemory } from './own-memory.ts';
import type { TensorStore } from './tensor-store.ts';
import type { Input, Output, OutputType, Workspace } from './workspace.ts';
import { bytesOf, sizeOf } from './workspace.ts';

/** A block that a tensor's elements are copied to or from. */
interface Block {
  readonly address: number;
  readonly bytes: number;
}

/** A block whose elements, once written, belong to bytes start…start+length-1 of a tensor. */
interface Written extends Block {
  readonly start: number;
  readonly length: number;
}

const NOTHING = new Uint8Array(0);

/** Computes in a memory of our own: tensors are copied in and out block by block. */
export class StagedWorkspace implements Workspace {
  readonly inPlace = false;
  readonly threads: number;
  readonly #store: TensorStore;
  readonly #own: OwnMemory;

  constructor(store: TensorStore, own: OwnMemory, threads: number) {
    this.threads = threads;
    this.#store = store;
    this.#own = own;
  }

  get memory(): WebAssembly.Memory {
    return this.#own.memory;
  }

  scratch(bytes: number): number {
    return this.#own.allocate(bytes);
  }

  input(tensor: TensorInfo): Input {
    const bytesPerElement = bytesOf(tensor.dtype);
    const blocks: Block[] = [];
    let bytes: Uint8Array = NOTHING;
    // Anew where the memory it lies in has grown, which leaves a view of nothing.
    const read = (): Uint8Array => (bytes.byteLength === 0 ? (bytes = this.#store.read(tensor)) : bytes);
    return {
      size: sizeOf(tensor),
      bytesPerElement,
      at: (start, count, slot = 0) => {
        const [first, length] = [start * bytesPerElement, count * bytesPerElement];
        const block = this.#block(blocks[slot], length);
        blocks[slot] = block;
        this.#bytesAt(block, length).set(read().subarray(first, first + length));
        return block.address;
      },
    };
  }

  output(shape: readonly number[], dtype: OutputType): Output {
    const bytesPerElement = bytesOf(dtype);
    const created = this.#store.create(shape, dtype);
    const blocks: Written[] = [];
    const copyOut = (block: Written): void => {
      created.bytes().set(this.#bytesAt(block, block.length), block.start);
    };
    return {
      size: sizeOf({ shape }),
      bytesPerElement,
      at: (start, count, slot = 0) => {
        const before = blocks[slot];
        if (before) copyOut(before);
        const length = count * bytesPerElement;
        const block = this.#block(before, length);
        blocks[slot] = { ...block, start: start * bytesPerElement, length };
        return block.address;
      },
      tensor: () => {
        blocks.forEach(copyOut);
        return created.tensor();
      },
    };
  }

  /** Makes all memory free for the next kernel. */
  close(): void {
    this.#own.clear();
  }

  #block(block: Block | undefined, bytes: number): Block {
    return block && block.bytes >= bytes ? block : { address: this.#own.allocate(bytes), bytes };
  }

  /** A view made anew, since a memory that grew has another buffer. */
  #bytesAt({ address }: Block, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, length);
  }
}
