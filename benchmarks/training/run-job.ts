import { fork, type ChildProcess } from 'node:child_process';
import type { Job } from './job.ts';
import type { RunResult } from './result.ts';
import type { Progress } from './train.ts';

type Message = { readonly progress?: Progress; readonly result?: RunResult; readonly error?: string };

const running = new Set<ChildProcess>();

/** Runs a job in a process of its own, so that runs share neither memory nor a core's worth of JavaScript. */
export function runJob(job: Job, onProgress: (progress: Progress) => void): Promise<RunResult> {
  const worker = fork(new URL('worker.ts', import.meta.url), {
    execArgv: ['--conditions=@equipoise/source'],
  });
  running.add(worker);
  return new Promise<RunResult>((resolve, reject) => {
    worker.on('message', ({ progress, result, error }: Message) => {
      if (progress) onProgress(progress);
      if (result) resolve(result);
      if (error !== undefined) reject(new Error(error));
    });
    worker.on('exit', (code, signal) => {
      running.delete(worker);
      reject(
        new Error(
          `${job.strategy}, seed ${job.seed}: the worker ended early (${signal ?? `exit code ${code}`})`,
        ),
      );
    });
    worker.send(job);
  });
}

/** Ends every worker. */
export function stopJobs(): void {
  for (const worker of running) worker.kill();
}
