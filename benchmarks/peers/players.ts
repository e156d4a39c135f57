import type { Implementation } from './implementations.ts';
import { WorkerFailed, WorkerProcess } from './worker-process.ts';

/** Importing PyTorch, mmdetection or tfjs. */
const START_MS = 180_000;

/**
 * The workers of one number of threads, one an implementation, for a worker knows one step at a time: started when first asked for, kept
 * from work to work, started again after a fault.
 */
export class Players {
  readonly versions: Record<string, string> = {};
  readonly threads: number;
  readonly #python: string;
  readonly #workers = new Map<string, WorkerProcess>();
  /** Those that cannot start are not tried again. */
  readonly #absent = new Map<string, WorkerFailed>();

  constructor(threads: number, python: string) {
    this.threads = threads;
    this.#python = python;
  }

  /** A worker that has started. */
  async of({ name, player }: Implementation): Promise<WorkerProcess> {
    const known = this.#absent.get(name);
    if (known) throw known;
    const running = this.#workers.get(name);
    if (running?.alive) return running;
    const worker = new WorkerProcess(player, this.threads, this.#python);
    this.#workers.set(name, worker);
    try {
      const { versions } = await worker.ask({ probe: true }, START_MS);
      Object.assign(this.versions, versions);
    } catch (error) {
      worker.stop();
      if (error instanceof WorkerFailed) this.#absent.set(name, error);
      throw error;
    }
    return worker;
  }

  stop(): void {
    for (const worker of this.#workers.values()) worker.stop();
  }
}
