import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

/** Throws what the device reported, once. */
export interface GpuErrors {
  throwIfAny(): void;
}

/**
 * Turns Dawn's asynchronous errors into thrown ones.
 *
 * A kernel that Dawn refuses leaves zeros and an event nobody listens to; here the next read of any tensor throws it.
 */
export function watch(device: GPUDevice, backend: WebGPUBackend): GpuErrors {
  let first: Error | undefined;
  const note = (message: string) => {
    first ??= new Error(`webgpu: ${message}`);
  };
  device.addEventListener('uncapturederror', (event) => {
    note(event.error.message);
  });
  void noteLoss(device, note);
  const throwIfAny = () => {
    const error = first;
    first = undefined;
    if (error !== undefined) throw error;
  };
  const read = backend.read.bind(backend);
  backend.read = async (id) => {
    const values = await read(id);
    throwIfAny();
    return values;
  };
  return { throwIfAny };
}

async function noteLoss(device: GPUDevice, note: (message: string) => void): Promise<void> {
  const { reason, message } = await device.lost;
  if (reason !== 'destroyed') note(`device lost: ${message}`);
}
