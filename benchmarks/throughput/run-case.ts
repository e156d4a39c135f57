import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { need } from './memory.ts';
import type { Case, Implementation, Measured, Row } from './row.ts';

interface Message {
  readonly started?: Implementation;
  readonly measured?: Measured;
  readonly error?: string;
  readonly done?: boolean;
}

/** What a worker found before it ended, and why that is not all. */
interface Answer {
  readonly measured: readonly Measured[];
  readonly missing?: string;
}

/** A case that takes longer is given up. */
const LIMIT_MS = { quick: 60_000, full: 600_000 };

let running: ChildProcess | undefined;

/** Measures a case in a process of its own. Whatever happens there, this gives rows: one that says why where there are no figures. */
export async function runCase(given: Case): Promise<Row[]> {
  const { quick: _quick, with: _with, ...key } = given;
  const tooLarge = need(given);
  if (tooLarge) return [{ ...key, skipped: tooLarge }];
  const { measured, missing } = await askWorker(given);
  const composed = measured.find(({ implementation }) => implementation === 'composed');
  const rows: Row[] = measured.map((row) =>
    Object.assign({}, key, row, { ratioToComposed: composed ? composed.medianMs / row.medianMs : null }),
  );
  return missing === undefined ? rows : [...rows, { ...key, skipped: missing }];
}

function askWorker(given: Case): Promise<Answer> {
  const limit = given.quick ? LIMIT_MS.quick : LIMIT_MS.full;
  const worker = fork(new URL(`./worker${path.extname(import.meta.filename)}`, import.meta.url), {
    execArgv: ['--conditions=@equipoise/source'],
    // A crash tells its reason to the row, not to the screen.
    silent: true,
  });
  running = worker;
  let words = '';
  worker.stderr?.on('data', (data: Buffer) => (words = (words + data.toString()).slice(-4000)));
  return new Promise((resolve) => {
    const measured: Measured[] = [];
    let at: Implementation = 'default';
    const giveUp = (why: string): void =>
      resolve({ measured, missing: at === 'default' ? why : `${at}: ${why}` });
    const timer = setTimeout(() => {
      giveUp(`no result within ${limit / 1000} s`);
      worker.kill('SIGKILL');
    }, limit);
    worker.on('message', (message: Message) => {
      if (message.started) at = message.started;
      if (message.measured) measured.push(message.measured);
      if (message.error !== undefined) giveUp(inPlainWords(message.error));
      if (message.done) resolve({ measured });
    });
    worker.on('exit', (code, signal) => {
      clearTimeout(timer);
      running = undefined;
      giveUp(`the worker ended early (${signal ?? `exit code ${code}`})${reasonIn(words)}`);
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

/** How engines say that memory is at an end. */
const MEMORY = /^Aborted\(|memory access out of bounds|allocation failed|Invalid typed array length/i;

function inPlainWords(error: string): string {
  const line = error.split('\n')[0]!;
  return MEMORY.test(line) ? `out of memory (${line})` : line;
}
