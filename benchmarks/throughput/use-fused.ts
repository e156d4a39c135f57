import type { BackendName, BackendOptions } from '../backends/index.ts';

/** How a backend is to be started for so many threads: those of fused kernels share the memory of wasm. */
export function withThreads(
  backend: BackendName,
  fused: boolean,
  threads: number | undefined,
): BackendOptions {
  if (threads === undefined) return {};
  if (backend === 'tensorflow') return { threads };
  return backend === 'wasm' && fused ? { fusedThreads: threads } : {};
}

/** Imports the fused kernels of a backend; those of WebAssembly may use several threads. */
export async function useFused(backend: BackendName, threads: number): Promise<void> {
  if (backend === 'webgpu') {
    await import('@equipoise/webgpu');
    return;
  }
  const { setThreads } = await import('@equipoise/simd');
  await setThreads(threads);
}
