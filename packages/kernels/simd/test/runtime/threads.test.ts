import { execFileSync } from 'node:child_process';
import { afterEach, expect, test, vi } from 'vitest';
import { Pool } from '../../src/runtime/pool.ts';
import { startWorker } from '../../src/runtime/start-worker.ts';
import { setThreads, setThreadsBy, threads } from '../../src/runtime/threads.ts';
import { doubling } from './doubling.ts';

afterEach(async () => {
  await setThreads(1);
});

test('one thread is the default; more are ready once the promise resolves', async () => {
  expect(threads()).toBe(1);
  expect(await setThreads(2)).toBe(2);
  expect(threads()).toBe(2);
  await setThreads(1);
  expect(threads()).toBe(1);
});

test.each([0, 1.5, NaN])('%d threads are refused', async (count) => {
  await expect(setThreads(count)).rejects.toThrow(/simd: threads: expected an integer ≥ 1/);
});

test('workers that do not start: the reason, and one thread', async () => {
  const failing = setThreadsBy(3, () => startWorker('throw new Error("no luck")'));
  await expect(failing).rejects.toThrow(/2 workers that start; kernels run on one thread, got .*no luck/);
  expect(threads()).toBe(1);
  const refused = setThreadsBy(2, () => {
    throw new Error('blocked by a policy');
  });
  await expect(refused).rejects.toThrow(/blocked by a policy/);
});

test('a browser that keeps the worker from loading: what its policy must allow', async () => {
  class Blocked extends EventTarget {
    terminate(): void {}
    postMessage(): void {
      this.dispatchEvent(new Event('error'));
    }
  }
  vi.stubGlobal('process', undefined);
  vi.stubGlobal('Worker', Blocked);
  const refused = setThreads(2);
  vi.unstubAllGlobals();
  await expect(refused).rejects.toThrow(/got .*a content security policy must allow blob: in worker-src/);
});

test('without shared memory: what a page needs for it', async () => {
  const shared = globalThis.SharedArrayBuffer;
  // @ts-expect-error -- as in a page that is not cross-origin isolated.
  delete globalThis.SharedArrayBuffer;
  try {
    await expect(setThreads(2)).rejects.toThrow(/COOP and COEP.*without SharedArrayBuffer/);
  } finally {
    globalThis.SharedArrayBuffer = shared;
  }
});

test('a call that fails on a worker throws here, and ends the pool', async () => {
  const pool = await Pool.start(2, startWorker);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared: true });
  expect(
    pool.call(doubling, memory, 'fail', [
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]),
  ).toEqual([7, 7, 7]);
  expect(() =>
    pool.call(doubling, memory, 'fail', [
      [0, 0, 0],
      [1, 0, 0],
    ]),
  ).toThrow(/worker: expected fail to return .* got a failure; kernels run on one thread/);
  expect(pool.size).toBe(0);
});

test('a call that fails here waits for the workers and leaves the pool whole', async () => {
  const pool = await Pool.start(1, startWorker);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared: true });
  expect(() =>
    pool.call(doubling, memory, 'fail', [
      [1, 0, 0],
      [0, 0, 0],
    ]),
  ).toThrow(WebAssembly.RuntimeError);
  expect(
    pool.call(doubling, memory, 'fail', [
      [0, 0, 0],
      [0, 0, 0],
    ]),
  ).toEqual([7, 7]);
  pool.end();
});

test('workers do not keep a process alive', () => {
  const script = `import { setThreads } from ${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)};
    process.stdout.write(String(await setThreads(3)));`;
  const args = ['--conditions=@equipoise/source', '--input-type=module', '-e', script];
  expect(execFileSync(process.execPath, args, { timeout: 20_000, encoding: 'utf8' })).toBe('3');
});
