import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Player } from './implementations.ts';

/** What a worker is told; the same words in Node and in Python. */
export type Told =
  | { readonly probe: true }
  | { readonly load: string; readonly work: string; readonly folder: string }
  | { readonly run: number }
  | { readonly check: string };

/** What it answers. */
interface Answer {
  readonly versions?: Readonly<Record<string, string>>;
  readonly times?: readonly number[];
  readonly error?: string;
}

/** A worker said what went wrong, ended, or took too long. */
export class WorkerFailed extends Error {}

const PYTHON_FOLDER = path.join(import.meta.dirname, 'python');
/**
 * glibc keeps what is freed, in one arena, instead of giving it back to the kernel, whose page faults cost a peer with 32 MB tensors as much
 * again as its work (JAX: half of its time). What PyTorch's tuning guide reaches with another allocator; for all workers alike.
 */
const KEPT_MEMORY = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: String(2 ** 32),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 34),
};
const NODE_WORKER = path.join(import.meta.dirname, 'equipoise-worker.ts');

/** A measuring process, pinned to the first `threads` cores. Asked one thing at a time. */
export class WorkerProcess {
  readonly #process: ChildProcessWithoutNullStreams;
  #words = '';
  #settle: ((answer: Answer | WorkerFailed) => void) | undefined;
  #ended: WorkerFailed | undefined;

  constructor(player: Player, threads: number, python: string) {
    const command =
      player.language === 'python'
        ? [python, path.join(PYTHON_FOLDER, 'worker.py'), player.module, player.device, String(threads)]
        : [
            process.execPath,
            '--conditions=@equipoise/source',
            NODE_WORKER,
            player.backend,
            player.form,
            String(threads),
          ];
    this.#process = spawn('taskset', ['-c', `0-${threads - 1}`, ...command], {
      env: {
        ...process.env,
        OMP_NUM_THREADS: String(threads),
        MKL_NUM_THREADS: String(threads),
        ...KEPT_MEMORY,
      },
    });
    this.#process.stderr.on(
      'data',
      (data: Buffer) => (this.#words = (this.#words + data.toString()).slice(-8000)),
    );
    createInterface({ input: this.#process.stdout }).on('line', (line) => this.#hear(line));
    this.#process.on('error', (error) => this.#end(error.message));
    this.#process.on('close', (code, signal) =>
      this.#end(`the process ended (${signal ?? `exit code ${code}`})${lastError(this.#words)}`),
    );
    // A process that has ended says so itself.
    this.#process.stdin.on('error', () => {});
  }

  /** Asks, and waits for the answer; one that comes later than `limitMs` ends the process. */
  async ask(told: Told, limitMs: number): Promise<Answer> {
    if (this.#ended) throw this.#ended;
    const answer = await new Promise<Answer | WorkerFailed>((resolve) => {
      const timer = setTimeout(() => {
        this.#ended = new WorkerFailed(`no result within ${limitMs / 1000} s`);
        this.stop();
        this.#settle?.(this.#ended);
      }, limitMs);
      this.#settle = (answer) => {
        clearTimeout(timer);
        this.#settle = undefined;
        resolve(answer);
      };
      this.#process.stdin.write(`${JSON.stringify(told)}\n`);
    });
    if (answer instanceof WorkerFailed) throw answer;
    if (answer.error !== undefined) throw new WorkerFailed(answer.error);
    return answer;
  }

  /** Whether it can be asked again. */
  get alive(): boolean {
    return this.#ended === undefined;
  }

  stop(): void {
    this.#process.kill('SIGKILL');
  }

  #hear(line: string): void {
    // A library that talks on stdout is no answer.
    if (line.startsWith('{')) this.#settle?.(JSON.parse(line) as Answer);
  }

  #end(why: string): void {
    this.#ended ??= new WorkerFailed(why);
    this.#settle?.(this.#ended);
  }
}

function lastError(words: string): string {
  const line = words.split('\n').findLast((line) => /error|memory/i.test(line));
  return line ? `: ${line.trim()}` : '';
}
