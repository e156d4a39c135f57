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

/** Where the result of a job is kept: a name that changes with every setting that changes the result. */
function fileOf({ strategy, seed, settings }: Job): string {
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
  ]);
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 10);
  return path.join(
    settings.out,
    'runs',
    `${strategy.replaceAll(/[^\w.=+-]/g, '_')}-seed${seed}-${digest}.json`,
  );
}

/** The result of an earlier, interrupted comparison with the same settings. */
export function storedResult(job: Job): RunResult | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(job), 'utf8')) as RunResult;
  } catch {
    return undefined;
  }
}

/** Keeps a result. */
export function storeResult(job: Job, result: RunResult): void {
  writeWhole(fileOf(job), JSON.stringify(result));
}
