import type { Source } from './shader.ts';

const caches = new WeakMap<GPUDevice, Map<Source, GPUComputePipeline>>();

/**
 * The compiled pipeline of a source on a device. Returns at once; what the compiler refuses arrives as an error of the device, with the
 * shader's name, at the next kernel or read.
 */
export function pipelineOf(device: GPUDevice, source: Source): GPUComputePipeline {
  const cache = caches.get(device) ?? new Map<Source, GPUComputePipeline>();
  caches.set(device, cache);
  const found = cache.get(source);
  if (found) return found;
  const { name: label, code } = source;
  const module = device.createShaderModule({ label, code });
  const compute = { module, entryPoint: 'main' };
  const pipeline = device.createComputePipeline({ label, layout: 'auto', compute });
  cache.set(source, pipeline);
  return pipeline;
}
