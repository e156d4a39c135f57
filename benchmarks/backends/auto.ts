import { BackendUnavailable } from './backend.ts';
import type { Backend, BackendOptions } from './backend.ts';
import { start } from './start.ts';

/** The fastest backend that works here, with the reasons against the faster ones. */
export async function choose(options: BackendOptions): Promise<Backend> {
  const passed: string[] = [];
  const webgpu = await onGraphicsCard().catch(reason);
  if (typeof webgpu !== 'string') return { ...webgpu, why: 'webgpu: a GPU is there' };
  passed.push(webgpu);
  const backend = await start('tensorflow', options).catch(reason);
  if (typeof backend !== 'string')
    return { ...backend, why: `tensorflow: set up; not ${passed.join('; not ')}` };
  passed.push(backend);
  return { ...(await start('wasm', {})), why: `wasm: comes with npm; not ${passed.join('; not ')}` };
}

async function onGraphicsCard(): Promise<Backend> {
  const { demandGraphicsCard } = await import('./webgpu.ts');
  await demandGraphicsCard();
  return await start('webgpu', {});
}

function reason(error: unknown): string {
  if (error instanceof BackendUnavailable) return error.reason;
  return (error instanceof Error ? error.message : String(error)).replace(/^backend /, '');
}
