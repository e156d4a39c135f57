import { throwFaults } from './runtime/faults.ts';
import { passTimer } from './runtime/pass-timer.ts';
import { currentDevice, flush } from './runtime/tfjs-internals.ts';

/** What the device did. */
export interface Profile {
  /** Shaders run, tfjs's own included. */
  readonly dispatches: number;
  /** Bytes of all storage bindings of all dispatches: what must move where no cache helps. */
  readonly bytes: number;
  /** Milliseconds of all compute passes by the device's own clock; undefined without the feature `timestamp-query`. */
  readonly gpuMs: number | undefined;
}

/**
 * Counts and times what `run` has the webgpu backend do, tfjs's own work as well as that of the kernels here. Work is batched as it is without:
 * nothing is submitted earlier or read back; only at the end does it wait for the device. Not reentrant.
 *
 * @param run what is profiled, such as `() => dispose(grad(loss)(logits))`; if it is async, until it resolves.
 * @throws EquipoiseError where webgpu is not the current backend, or the device reports an error.
 */
export async function profile(run: () => unknown): Promise<Profile> {
  const device = currentDevice();
  flush();
  const timer = device.features.has('timestamp-query') ? passTimer(device) : undefined;
  const counts = { dispatches: 0, bytes: 0 };
  const restore = [
    replaced(device, 'createBindGroup', (original) => (descriptor) => {
      for (const entry of descriptor.entries) counts.bytes += storageBytes(entry.resource);
      return original.call(device, descriptor);
    }),
    replaced(
      GPUComputePassEncoder.prototype,
      'dispatchWorkgroups',
      (original) =>
        function (this: GPUComputePassEncoder, ...size) {
          counts.dispatches += 1;
          original.apply(this, size);
        },
    ),
    replaced(
      GPUCommandEncoder.prototype,
      'beginComputePass',
      (original) =>
        function (this: GPUCommandEncoder, descriptor) {
          return original.call(this, timer ? timer.timed(descriptor) : descriptor);
        },
    ),
  ];
  try {
    await run();
    flush();
  } finally {
    for (const undo of restore) undo();
  }
  await device.queue.onSubmittedWorkDone();
  throwFaults();
  return { ...counts, gpuMs: await timer?.milliseconds() };
}

/** Puts another method in place of an object's; gives back what undoes it. */
function replaced<T extends object, Name extends keyof T>(
  object: T,
  name: Name,
  by: (original: T[Name]) => T[Name],
): () => void {
  const own = Object.getOwnPropertyDescriptor(object, name);
  const value = by(object[name]);
  Object.defineProperty(object, name, { value, configurable: true, writable: true });
  return () => {
    if (own) Object.defineProperty(object, name, own);
    else Reflect.deleteProperty(object, name);
  };
}

function storageBytes(resource: GPUBindingResource): number {
  if (!('buffer' in resource)) return 0;
  const { buffer, offset = 0, size = buffer.size - offset } = resource;
  return (buffer.usage & GPUBufferUsage.STORAGE) === 0 ? 0 : size;
}
