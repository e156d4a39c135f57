import { BackendUnavailable } from './backend.ts';
import type { Backend, BackendOptions } from './backend.ts';
import { findGpu } from './gpu-adapter.ts';
import { start } from './start.ts';

/** The fastest backend that works here, with the reasons against the faster ones. */
export async function choose(options: BackendOptions): Promise<Backend> {
  const passed: string[] = [];
  const gpu = await findGpu({ software: false }).catch(reason);
  if (typeof gpu === 'string') passed.push(gpu);
  else {
    gpu.release();
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

function reason(error: unknown): string {
  if (error instanceof BackendUnavailable) return error.reason;
  return (error instanceof Error ? error.message : String(error)).replace(/^backend /, '');
}
