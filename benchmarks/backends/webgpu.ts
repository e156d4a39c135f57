import { EquipoiseError } from '@equipoise/core';
import {
  startWebgpu as startDevice,
  type StartedWebgpu,
  type StartWebgpuOptions,
} from '@equipoise/webgpu/device';
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

/** Throws where no graphics card is there, or only a CPU that plays one. */
export async function demandGraphicsCard(): Promise<void> {
  await deviceHere({ onCpu: false });
  release();
}

async function deviceHere(options: StartWebgpuOptions = {}): Promise<StartedWebgpu> {
  try {
    return await startDevice(options);
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
