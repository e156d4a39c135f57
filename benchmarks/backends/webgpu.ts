import * as tf from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { Started } from './backend.ts';
import { findGpu } from './gpu-adapter.ts';
import { watch } from './gpu-errors.ts';

const features = ['timestamp-query', 'subgroups', 'shader-f16'];
/** The fused kernels bind more and larger buffers than WebGPU's defaults allow. */
const limits = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
  'maxStorageBuffersPerShaderStage',
] as const satisfies (keyof GPUSupportedLimits)[];

/** Makes the GPU the backend: tfjs's `webgpu` on Dawn, with a device of ours. */
export async function startWebgpu(): Promise<Started> {
  const gpu = await findGpu({ software: true });
  const { adapter } = gpu;
  const device = await adapter.requestDevice({
    requiredFeatures: features.filter((name) => adapter.features.has(name)) as GPUFeatureName[],
    requiredLimits: Object.fromEntries(limits.map((name) => [name, adapter.limits[name]])),
  });
  // After navigator.gpu is there: the module reads its flags while it is imported.
  const { WebGPUBackend, version_webgpu } = await loadBackend();
  const { info } = adapter as unknown as { info: GPUAdapterInfo };
  const backend = new WebGPUBackend(device, info);
  const errors = watch(device, backend);
  if (tf.findBackendFactory('webgpu') !== null) tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => backend, 3);
  await tf.setBackend('webgpu');
  return {
    detail: `webgpu, ${gpu.description}`,
    versions: { '@tensorflow/tfjs-backend-webgpu': version_webgpu, adapter: gpu.description },
    close: async () => {
      await device.queue.onSubmittedWorkDone();
      tf.removeBackend('webgpu');
      gpu.release();
      errors.throwIfAny();
    },
  };
}

async function loadBackend(): Promise<{ WebGPUBackend: typeof WebGPUBackend; version_webgpu: string }> {
  const module = await import('@tensorflow/tfjs-backend-webgpu');
  return { WebGPUBackend: module.WebGPUBackend, version_webgpu: tf.version_core };
}
