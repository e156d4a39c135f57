import type { BackendName } from '../backends/index.ts';

/** Imports the fused kernels of a backend. */
export async function useFused(backend: BackendName, threads: number): Promise<void> {
  if (backend === 'webgpu') {
    await import('@equipoise/webgpu');
    return;
  }
  const name: string = '@equipoise/simd';
  const simd = (await import(name)) as { setThreads?: (threads: number) => unknown };
  await simd.setThreads?.(threads);
}
