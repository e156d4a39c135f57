import { EquipoiseError } from '@equipoise/core';
import type { Program } from './program.ts';
import { WORKER_TEXT } from './worker-text.ts';

/** States of a worker in the shared array. */
const IDLE = 0;
const BUSY = 1;
const FAILED = 3;
/** Longer than any kernel takes: a worker that is silent for so long is gone. */
const PATIENCE_MS = 60_000;
const START_MS = 10_000;

/** What the pool needs of a worker, of Node or of a browser. */
export interface PoolWorker {
  post(message: object): void;
  onMessage(handle: () => void): void;
  onError(handle: (reason: string) => void): void;
  end(): void;
}

/** Workers that call functions of a {@link Program} on one shared memory. */
export class Pool {
  readonly #workers: readonly PoolWorker[];
  readonly #states: Int32Array<SharedArrayBuffer>;
  readonly #results: Float64Array<SharedArrayBuffer>;
  /** What each worker has been sent: the memory and the modules. */
  readonly #memories: (WebAssembly.Memory | undefined)[];
  readonly #modules: Map<WebAssembly.Module, number>[];
  #ended = false;

  private constructor(workers: readonly PoolWorker[]) {
    this.#workers = workers;
    this.#states = new Int32Array(new SharedArrayBuffer(4 * workers.length));
    this.#results = new Float64Array(new SharedArrayBuffer(8 * workers.length));
    this.#memories = workers.map(() => undefined);
    this.#modules = workers.map(() => new Map());
  }

  /** Starts that many workers; rejects with the reason where one does not start. */
  static async start(count: number, startWorker: (text: string) => PoolWorker): Promise<Pool> {
    const workers: PoolWorker[] = [];
    try {
      for (let i = 0; i < count; i += 1) workers.push(startWorker(WORKER_TEXT));
      const pool = new Pool(workers);
      await Promise.all(workers.map(async (worker, i) => pool.#ready(worker, i)));
      return pool;
    } catch (error) {
      for (const worker of workers) worker.end();
      throw error;
    }
  }

  get size(): number {
    return this.#ended ? 0 : this.#workers.length;
  }

  end(): void {
    this.#ended = true;
    for (const worker of this.#workers) worker.end();
  }

  /**
   * One call with each list of arguments, the first on this thread, the others each on a worker. There are at most `size` + 1. Gives what the
   * calls gave. Throws where a call failed.
   */
  call(
    program: Program,
    memory: WebAssembly.Memory,
    name: string,
    calls: readonly (readonly number[])[],
  ): number[] {
    const [own, ...others] = calls;
    others.forEach((args, i) => this.#send(i, program.module(true), memory, name, args));
    let result: number;
    let succeeded: boolean;
    try {
      result = program.on(memory)[name]!(...own!);
    } finally {
      succeeded = others.map((_, i) => this.#wait(i)).every(Boolean);
    }
    if (!succeeded) {
      this.end();
      throw new EquipoiseError({
        package: '@equipoise/simd',
        subject: 'worker',
        expected: `${name} to return within ${PATIENCE_MS / 1000} s`,
        actual: 'a failure; kernels run on one thread from now on',
      });
    }
    return [result, ...this.#results.subarray(0, others.length)];
  }

  async #ready(worker: PoolWorker, index: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const refuse = (reason: string): void => {
        this.#ended = true;
        reject(new Error(reason));
      };
      const timer = setTimeout(refuse, START_MS, `silent for ${START_MS / 1000} s`);
      worker.onError((reason) => {
        clearTimeout(timer);
        refuse(reason);
      });
      worker.onMessage(() => {
        clearTimeout(timer);
        resolve();
      });
      worker.post({ states: this.#states, results: this.#results, self: index });
    });
  }

  #send(
    index: number,
    module: WebAssembly.Module,
    memory: WebAssembly.Memory,
    name: string,
    args: readonly number[],
  ): void {
    const known = this.#modules[index]!;
    const isNewMemory = this.#memories[index] !== memory;
    if (isNewMemory) known.clear();
    this.#memories[index] = memory;
    const isNewModule = !known.has(module);
    if (isNewModule) known.set(module, known.size);
    Atomics.store(this.#states, index, BUSY);
    this.#workers[index]!.post({
      id: known.get(module),
      name,
      args,
      ...(isNewMemory && { memory }),
      ...(isNewModule && { module }),
    });
  }

  /** Whether the worker's call succeeded. The main thread of a browser may not sleep, so it spins. */
  #wait(index: number): boolean {
    const end = performance.now() + PATIENCE_MS;
    while (Atomics.load(this.#states, index) === BUSY) {
      const left = end - performance.now();
      if (left <= 0) return false;
      if (MAY_SLEEP) Atomics.wait(this.#states, index, BUSY, left);
    }
    const succeeded = Atomics.load(this.#states, index) !== FAILED;
    Atomics.store(this.#states, index, IDLE);
    return succeeded;
  }
}

const MAY_SLEEP = mayAtomicsWait();

function mayAtomicsWait(): boolean {
  if (typeof SharedArrayBuffer === 'undefined') return false;
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
    return true;
  } catch {
    return false;
  }
}
