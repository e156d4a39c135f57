import type { Backend, BackendOptions } from './backend.ts';
import { start } from './start.ts';

/** The fastest backend that works here, with the reasons against the faster ones. */
export async function choose(options: BackendOptions): Promise<Backend> {
  const passed: string[] = [];
  const { findGpu } = await import('./gpu-adapter.ts');
  const gpu = await findGpu({ software: false }).catch(reason);
  if (typeof gpu === 'string') passed.push(gpu);
  else {
    await gpu.release();
    const backend = await start('webgpu', {}).catch(reason);
    if (typeof backend !== 'string') return { ...backend, why: 'webgpu: a GPU is there' };
    passed.push(backend);
  }
  const backend = await start('tensorflow', options).catch(reason);
  if (typeof backend !== 'string')
    return { ...backend, why: `tensorflow: set up; not ${passed.join('; not ')}` };
  passed.push(backend);
  return { ...(await start('wasm', {})), why: `wasm: comes with npm; not ${passed.join('; not ')}` };
}

const reason = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/^backend /, '');
