import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import path from 'node:path';

/** The newest TensorFlow on which tfjs-core's own tests all pass through tfjs-node 4.22.0. */
export const TENSORFLOW = {
  version: '2.16.2',
  /** Of the `cp311` wheel for Linux x64; only C files are taken out of it, so any Python will do. */
  sha256: 'c855cb6bf05d32dd5928086b03a5f6b4189b63c22b95e017703cbee4291023ca',
} as const;

const workspace = path.resolve(import.meta.dirname, '../..');
const cache = process.env['EQUIPOISE_CACHE'] ?? path.join(homedir(), '.cache/equipoise');

/** Where things are and go. */
export const folders = {
  workspace,
  /** Half a gigabyte of libraries, shared by all checkouts. */
  libraries: path.join(cache, 'tensorflow', TENSORFLOW.version),
  /** tfjs-node with a `node_modules` of its own: the lock does not know it and `npm ci` does not remove it. */
  install: path.join(workspace, '.cache/tensorflow'),
  core: path.join(workspace, 'node_modules/@tensorflow/tfjs-core'),
} as const;

/** Something the user can put right; printed as one line. */
export class SetupError extends Error {}

/** Says what is being done. */
export function progress(line: string): void {
  console.log(`setup:tensorflow: ${line}`);
}

/** Runs a program and returns what it printed; a failure says which program and its last lines. */
export function run(program: string, args: readonly string[], cwd: string = workspace): string {
  const { error, status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (error !== undefined) throw new SetupError(`${program} does not start (${error.message})`);
  if (status !== 0) {
    const last = (stderr || stdout).trim().split('\n').slice(-6).join('\n  ');
    throw new SetupError(`${program} ${args.slice(0, 3).join(' ')} … failed:\n  ${last}`);
  }
  return stdout;
}

/** Refuses in one line where a program is missing. */
export function need(program: string, args: readonly string[], how: string): void {
  const { error, status } = spawnSync(program, args, { stdio: 'ignore' });
  if (error !== undefined || status !== 0)
    throw new SetupError(`${[program, ...args].join(' ')} does not run: ${how}`);
}
