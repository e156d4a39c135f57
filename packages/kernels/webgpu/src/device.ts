/**
 * The device of `@equipoise/webgpu/node` by itself: importing this starts nothing and registers no kernel.
 *
 * @packageDocumentation
 */
export { startWebgpu } from './node/start-webgpu.ts';
export type { StartedWebgpu, StartWebgpuOptions } from './node/start-webgpu.ts';
