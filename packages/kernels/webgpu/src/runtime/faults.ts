import { EquipoiseError } from '@equipoise/core';
import { afterEachRead, currentDevice } from './tfjs-internals.ts';

interface Faults {
  /** Errors reported and not yet thrown. */
  readonly messages: string[];
  lost: string | undefined;
}

const watched = new WeakMap<GPUDevice, Faults>();

/**
 * Throws what the device reported since the last call.
 *
 * WebGPU reports errors long after the call that made them, and a refused shader leaves zeros in its outputs. So the next kernel, or the next
 * read of any tensor, throws it. A lost device throws for good.
 */
export function throwFaults(): void {
  const { messages, lost } = faultsOf(currentDevice());
  if (lost !== undefined) {
    throw new EquipoiseError({
      package: '@equipoise/webgpu',
      subject: 'GPU device',
      expected: 'one that lives; make a new one and register the backend anew',
      actual: `a lost one: ${lost}`,
    });
  }
  const message = messages.join('\n');
  messages.length = 0;
  if (message !== '') {
    throw new EquipoiseError({
      package: '@equipoise/webgpu',
      subject: 'GPU device',
      expected: 'no error',
      actual: message,
    });
  }
}

function faultsOf(device: GPUDevice): Faults {
  const found = watched.get(device);
  if (found) return found;
  const faults: Faults = { messages: [], lost: undefined };
  watched.set(device, faults);
  device.addEventListener('uncapturederror', (event) => {
    event.preventDefault();
    faults.messages.push(event.error.message);
  });
  void noteLoss(device, faults);
  afterEachRead(throwFaults);
  return faults;
}

async function noteLoss(device: GPUDevice, faults: Faults): Promise<void> {
  const { reason, message } = await device.lost;
  faults.lost = message || reason;
}
