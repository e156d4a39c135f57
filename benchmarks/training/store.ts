import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Job } from './job.ts';
import type { RunResult } from './result.ts';

/** Writes a file whole or not at all, whatever interrupts. */
export function writeWhole(file: string, content: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}.partial`;
  writeFileSync(partial, content);
  renameSync(partial, file);
}

/** Where the result of a job is kept: a name that changes with everything that changes the result; `content` is the fingerprint of data and code. */
function fileOf({ strategy, seed, settings }: Job, content: string): string {
  const { data, classes, trainSplits, evaluationSplits, steps, batch, backend, prior } = settings;
  const key = JSON.stringify([
    strategy,
    seed,
    data,
    classes,
    trainSplits,
    evaluationSplits,
    steps,
    batch,
    backend,
    prior,
    content,
  ]);
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 10);
  return path.join(
    settings.out,
    'runs',
    `${strategy.replaceAll(/[^\w.=+-]/g, '_')}-seed${seed}-${digest}.json`,
  );
}

/** The result of an earlier, interrupted comparison with the same settings, data and code. */
export function storedResult(job: Job, content: string): RunResult | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(job, content), 'utf8')) as RunResult;
  } catch {
    return undefined;
  }
}

/** Keeps a result. */
export function storeResult(job: Job, content: string, result: RunResult): void {
  writeWhole(fileOf(job, content), JSON.stringify(result));
}
