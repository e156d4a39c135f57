import { type ChildProcess, fork } from 'node:child_process';
import { need } from './memory.ts';
import type { Case, Measured, Row } from './row.ts';

type Message = { readonly rows?: readonly Measured[]; readonly error?: string };

/** A case that takes longer is given up. */
const LIMIT_MS = { quick: 60_000, full: 600_000 };

let running: ChildProcess | undefined;

/** Measures a case in a process of its own. Whatever happens there, this gives rows: one that says why where there are no figures. */
export async function runCase(given: Case): Promise<Row[]> {
  const { quick: _quick, with: _with, ...key } = given;
  const tooLarge = need(given);
  if (tooLarge) return [{ ...key, skipped: tooLarge }];
  const answer = await askWorker(given);
  return typeof answer === 'string'
    ? [{ ...key, skipped: answer }]
    : answer.map((measured) => Object.assign({}, key, measured));
}

function askWorker(given: Case): Promise<readonly Measured[] | string> {
  const limit = given.quick ? LIMIT_MS.quick : LIMIT_MS.full;
  const worker = fork(new URL('./worker.ts', import.meta.url), {
    execArgv: ['--conditions=@equipoise/source'],
    // A crash tells its reason to the row, not to the screen.
    silent: true,
  });
  running = worker;
  let words = '';
  worker.stderr?.on('data', (data: Buffer) => (words = (words + data.toString()).slice(-4000)));
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve(`no result within ${limit / 1000} s`);
      worker.kill('SIGKILL');
    }, limit);
    worker.on('message', ({ rows, error }: Message) => resolve(rows ?? firstLine(error ?? 'no answer')));
    worker.on('exit', (code, signal) => {
      clearTimeout(timer);
      running = undefined;
      resolve(`the worker ended early (${signal ?? `exit code ${code}`})${reasonIn(words)}`);
    });
    worker.send(given);
  });
}

/** Ends the worker, if one runs. */
export function stopCase(): void {
  running?.kill('SIGKILL');
}

function reasonIn(words: string): string {
  const line = words.split('\n').find((line) => /error|memory/i.test(line));
  return line ? `: ${line.trim()}` : '';
}

function firstLine(text: string): string {
  return text.split('\n')[0]!;
}
