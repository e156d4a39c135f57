import { demand } from '@equipoise/core';

const PAGE = 65536;
/** 4 GiB: all that 32-bit addresses reach. */
const MOST_PAGES = 65536;
const FIRST_PAGES = 32;
/** A memory that grew beyond so many bytes is dropped after the kernel, since a memory cannot shrink. */
const KEPT_BYTES = 256 * 2 ** 20;
/** So that no block lies at 0. */
const START = 16;

/** A memory of our own, filled from the front by one kernel at a time. */
export class OwnMemory {
  readonly #shared: boolean;
  #memory: WebAssembly.Memory | undefined;
  #next = START;

  constructor(shared: boolean) {
    this.#shared = shared;
  }

  get memory(): WebAssembly.Memory {
    return (this.#memory ??= this.#shared
      ? new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MOST_PAGES, shared: true })
      : new WebAssembly.Memory({ initial: FIRST_PAGES }));
  }

  /** So many bytes, from a multiple of 16 on. Older views of the memory's buffer do not see them. */
  allocate(bytes: number): number {
    const address = this.#next;
    this.#next = Math.ceil((address + bytes) / 16) * 16;
    const missing = Math.ceil(this.#next / PAGE) - this.memory.buffer.byteLength / PAGE;
    if (missing > 0) this.#grow(missing, bytes);
    return address;
  }

  /** Forgets all that was allocated. */
  clear(): void {
    this.#next = START;
    if ((this.#memory?.buffer.byteLength ?? 0) > KEPT_BYTES) this.#memory = undefined;
  }

  #grow(pages: number, bytes: number): void {
    const have = this.memory.buffer.byteLength;
    // In steps that double, so that it is seldom; all that is asked for where that is too much.
    const generous = Math.min(Math.max(pages, have / PAGE), MOST_PAGES - have / PAGE);
    try {
      this.memory.grow(Math.max(pages, generous));
    } catch (error) {
      demand(!(error instanceof RangeError), {
        package: '@equipoise/simd',
        subject: 'memory of a kernel',
        expected: 'at most 4 GiB, and what the engine grants',
        actual: `${have} bytes and ${bytes} more`,
      });
      throw error;
    }
  }
}
