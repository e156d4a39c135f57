import { spawn } from 'node:child_process';

/** How a program ended, and what it printed. */
export interface Ended {
  readonly status: number | null;
  readonly output: string;
}

/** Runs a program to its end, whatever that is; stopped after three minutes. */
export function ended(
  program: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, timeout: 180_000, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const add = (chunk: Buffer): void => void (output += chunk.toString());
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, output }));
  });
}

/** Runs a program that must succeed; gives what it printed. */
export async function output(
  program: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const { status, output } = await ended(program, args, cwd, env);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: exit code ${status}\n${output}`);
  return output;
}

/** Runs tasks, so many at a time; gives their results in order. */
export async function inParallel<T, R>(
  items: readonly T[],
  task: (item: T) => Promise<R>,
  width: number = 2,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    // Workers share the queue: each takes the next item.
    for (const [i, item] of queue) results[i] = await task(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
