/**
 * The GPU in Node, in one line: `import '@equipoise/webgpu/node'` loads Dawn (npm's `webgpu`), makes a device, registers tfjs's webgpu backend
 * on it, makes that the current backend, and registers the fused kernels. Throws where something is missing; says what, and how to get it.
 *
 * @packageDocumentation
 */
import { startWebgpu } from './node/start-webgpu.ts';
import type { StartedWebgpu } from './node/start-webgpu.ts';

export * from './index.ts';
export { startWebgpu } from './node/start-webgpu.ts';
export type { StartedWebgpu, StartWebgpuOptions } from './node/start-webgpu.ts';

/** The device that the import started. */
export const started: StartedWebgpu = await startWebgpu();
