import { demand, EquipoiseError } from '@equipoise/core';
import type { PoolWorker } from './pool.ts';
import { Pool } from './pool.ts';
import { startWorker } from './start-worker.ts';

let pool: Pool | undefined;

/**
 * On how many threads large inputs are computed from now on: this one and workers. Default 1, since workers need shared memory, which a
 * browser grants to cross-origin isolated pages only, and since cores are often taken by a data loader or another trainer.
 *
 * Resolves to the number once the workers are ready. Workers do not keep a process alive; `setThreads(1)` ends them.
 *
 * @param count ≥ 1.
 * @throws where there is no `SharedArrayBuffer`, or a worker does not start; kernels then go on on one thread.
 */
export async function setThreads(count: number): Promise<number> {
  return setThreadsBy(count, startWorker);
}

/** {@link setThreads} with workers of another kind. */
export async function setThreadsBy(count: number, start: (text: string) => PoolWorker): Promise<number> {
  demand(Number.isInteger(count) && count >= 1, {
    package: '@equipoise/simd',
    subject: 'threads',
    expected: 'an integer ≥ 1',
    actual: count,
  });
  pool?.end();
  pool = undefined;
  if (count === 1) return 1;
  demand(typeof SharedArrayBuffer !== 'undefined', {
    package: '@equipoise/simd',
    subject: 'threads',
    expected:
      'shared memory, which a browser grants to cross-origin isolated pages (headers COOP and COEP), or 1',
    actual: `${count} without SharedArrayBuffer`,
  });
  try {
    pool = await Pool.start(count - 1, start);
  } catch (error) {
    throw new EquipoiseError({
      package: '@equipoise/simd',
      subject: 'threads',
      expected: `${count - 1} workers that start; kernels run on one thread`,
      actual: error instanceof Error ? error.message : error,
    });
  }
  return count;
}

/** The threads that are ready, this one included. */
export function threads(): number {
  return 1 + (pool?.size ?? 0);
}

/** The pool, where one is ready. */
export function readyPool(): Pool | undefined {
  return pool && pool.size > 0 ? pool : undefined;
}
