import type { BackendName } from '../backends/index.ts';

/** Imports the fused kernels of a backend; those of WebAssembly may use several threads. */
export async function useFused(backend: BackendName, threads: number): Promise<void> {
  if (backend === 'webgpu') {
    await import('@equipoise/webgpu');
    return;
  }
  const { setThreads } = await import('@equipoise/simd');
  await setThreads(threads);
}
