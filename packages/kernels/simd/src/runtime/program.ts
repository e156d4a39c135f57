import { importingSharedMemory } from './shared-import.ts';
import type { Level } from './level.ts';
import { currentLevel } from './level.ts';

/** `Uint8Array<ArrayBuffer>`, in words that TypeScript 5.6 knows as well. */
type Bytes = ReturnType<typeof Uint8Array.of>;

/** What a module of ours exports: functions of numbers. */
export type Exports = Readonly<Record<string, (...args: readonly number[]) => number>>;

/**
 * WebAssembly code by level. A module has no data of its own: it imports the memory `env.memory`, at least 0 pages and unshared, and is given
 * addresses. So it runs on any memory, tfjs's own too, and one module serves shared memory as well.
 */
export class Program {
  readonly #bytesFor: (level: Level) => Bytes;
  readonly #modules = new Map<string, WebAssembly.Module>();
  readonly #instances = new WeakMap<WebAssembly.Memory, Map<WebAssembly.Module, Exports>>();

  /** @param bytesFor the module of a level; asked once for each. */
  constructor(bytesFor: (level: Level) => Bytes) {
    this.#bytesFor = bytesFor;
  }

  /** The module of the current level that imports a shared or an unshared memory. */
  module(shared: boolean): WebAssembly.Module {
    const level = currentLevel();
    const key = `${level} ${shared}`;
    const found = this.#modules.get(key);
    if (found) return found;
    const bytes = this.#bytesFor(level);
    const made = new WebAssembly.Module(shared ? importingSharedMemory(bytes) : bytes);
    this.#modules.set(key, made);
    return made;
  }

  /** The functions of the module on a memory. */
  on(memory: WebAssembly.Memory): Exports {
    const module = this.module(isShared(memory));
    let instances = this.#instances.get(memory);
    if (!instances) this.#instances.set(memory, (instances = new Map()));
    const found = instances.get(module);
    if (found) return found;
    const made = new WebAssembly.Instance(module, { env: { memory } }).exports as Exports;
    instances.set(module, made);
    return made;
  }
}

/** Whether other threads can reach a memory. */
export function isShared(memory: WebAssembly.Memory): boolean {
  return typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer;
}
