import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Job } from './job.ts';
import type { RunResult } from './result.ts';

/** A file that cannot be written: a full disk, a missing right. */
export class OutputError extends Error {}

/** Writes a file whole or not at all, whatever interrupts. */
export function writeWhole(file: string, content: string): void {
  const partial = `${file}.${process.pid}.partial`;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(partial, content);
    renameSync(partial, file);
  } catch (error) {
    if (existsSync(partial)) rmSync(partial);
    throw new OutputError(
      `${file}: cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Proves that results can be kept in a folder, before any training starts. */
export function checkWritable(folder: string): void {
  const probe = path.join(folder, '.probe');
  writeWhole(probe, 'x');
  rmSync(probe);
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
