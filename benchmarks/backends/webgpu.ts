import { EquipoiseError } from '@equipoise/core';
import { startWebgpu as startDevice, type StartedWebgpu } from '@equipoise/webgpu/device';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { BackendUnavailable, type Started } from './backend.ts';
import { watch } from './gpu-errors.ts';

/** Makes the GPU the backend: tfjs's `webgpu` on Dawn, without fused kernels. */
export async function startWebgpu(): Promise<Started> {
  const { device, description } = await deviceHere();
  const errors = watch(device, tf.backend() as WebGPUBackend);
  return {
    detail: `webgpu, ${description}`,
    versions: { '@tensorflow/tfjs-backend-webgpu': tf.version_core, adapter: description },
    close: async () => {
      await device.queue.onSubmittedWorkDone();
      release();
      errors.throwIfAny();
    },
  };
}

/** What the GPU is called; throws where there is none, or where a CPU plays it. */
export async function findGraphicsCard(): Promise<string> {
  const { description, onCpu } = await deviceHere();
  release();
  if (onCpu)
    throw new BackendUnavailable('webgpu', `only a CPU adapter (${description})`, 'ask for webgpu by name');
  return description;
}

async function deviceHere(): Promise<StartedWebgpu> {
  try {
    return await startDevice();
  } catch (error) {
    if (!(error instanceof EquipoiseError)) throw error;
    const { subject, actual, expected } = error;
    throw new BackendUnavailable('webgpu', `${subject}: ${String(actual)}`, `it needs ${expected}`);
  }
}

function release(): void {
  tf.removeBackend('webgpu');
  Reflect.deleteProperty(globalThis.navigator, 'gpu');
}
