import { demand } from '@equipoise/core';
import { env, findBackend, getBackend, KernelBackend, version_core } from '@tensorflow/tfjs-core';
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';

/**
 * The one file that knows tfjs's `WebGPUBackend` from inside. Pinned to @tensorflow/tfjs-backend-webgpu 4.22.0.
 *
 * tfjs's public way to run a shader, `runWebGPUProgram`, gives exactly one output and hides the shader's header. So we record our own
 * pipelines into the command encoder that tfjs records into: the order of work stays tfjs's own, tensors are its buffers, and `tf.time`
 * and its pool of buffers go on working. That needs the fields below, which TypeScript calls private.
 */
export const PINNED_VERSION = '4.22.0';

interface Internals {
  readonly device: GPUDevice;
  readonly tensorMap: {
    get(id: object): { dtype: DataType; resource?: GPUBuffer | null; values?: ArrayLike<number> | null };
  };
  readonly bufferManager: {
    acquireBuffer(size: number, usage: number, mappedAtCreation?: boolean, reuse?: boolean): GPUBuffer;
    readonly freeBuffers: ReadonlyMap<string, GPUBuffer[]>;
  };
  readonly supportTimestampQuery: boolean;
  readonly querySetCount: number;
  readonly uniformPendingDisposal: GPUBuffer[];
  readonly commandQueueOwnedIds: WeakSet<object>;
  commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: GPUComputePassEncoder | null;
  dispatchCountInPass: number;
  activeTimers: { name: string; query: Promise<number> }[] | null | undefined;
  querySet: GPUQuerySet | null;
  uploadToGPU(id: object): void;
  makeTensorInfo(
    shape: number[],
    dtype: DataType,
    values?: Float32Array | Int32Array | Uint8Array,
  ): TensorInfo;
  disposeData(id: object): boolean;
  incRef(id: object): void;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  getQueryTime(): Promise<number>;
  read(id: object): Promise<unknown>;
}

const METHODS = [
  'uploadToGPU',
  'makeTensorInfo',
  'disposeData',
  'incRef',
  'ensureCommandEncoderReady',
  'endComputePassEncoder',
  'submitQueue',
  'getQueryTime',
  'read',
] as const satisfies (keyof Internals)[];

const FIELDS = [
  'device',
  'tensorMap',
  'bufferManager',
  'supportTimestampQuery',
  'querySetCount',
  'uniformPendingDisposal',
  'commandQueueOwnedIds',
  'commandEncoder',
  'computePassEncoder',
  'dispatchCountInPass',
  'querySet',
] as const satisfies (keyof Internals)[];

/**
 * Refuses a backend class that these kernels do not know: another version of tfjs, or one that belongs to a second copy of tfjs-core.
 * Called once, before anything is registered.
 */
export function demandKnownBackend(backendClass: { readonly prototype: object }): void {
  const { prototype } = backendClass;
  demand(prototype instanceof KernelBackend, {
    package: '@equipoise/webgpu',
    subject: '@tensorflow/tfjs-core',
    expected: 'one copy of it, shared with @tensorflow/tfjs-backend-webgpu (`npm ls @tensorflow/tfjs-core`)',
    actual: `two: the backend extends another copy than ${version_core}`,
  });
  demandAll(
    METHODS.filter((name) => typeof Reflect.get(prototype, name) !== 'function'),
    'method',
  );
}

const known = new WeakSet<object>();

/** The backend that is current, seen from inside. Throws where it is not tfjs's webgpu, or not the version known here. */
export function currentInternals(): Internals {
  const backend = findBackend('webgpu');
  demand(getBackend() === 'webgpu' && backend instanceof Object, {
    package: '@equipoise/webgpu',
    subject: 'backend',
    expected: "tfjs's webgpu, set and ready",
    actual: getBackend(),
  });
  if (!known.has(backend)) {
    demandAll(
      FIELDS.filter((name) => !(name in backend)),
      'field',
    );
    known.add(backend);
    noteUploads(backend as unknown as Internals);
  }
  return backend as unknown as Internals;
}

/** The one number of tensors that were uploaded: tfjs forgets it, though a tensor never changes. */
const uploaded = new WeakMap<object, number>();

function noteUploads(backend: Internals): void {
  const upload = backend.uploadToGPU.bind(backend);
  backend.uploadToGPU = (id) => {
    const { values } = backend.tensorMap.get(id);
    if (values?.length === 1) uploaded.set(id, values[0]!);
    upload(id);
  };
}

function demandAll(missing: readonly string[], kind: string): void {
  demand(missing.length === 0, {
    package: '@equipoise/webgpu',
    subject: '@tensorflow/tfjs-backend-webgpu',
    expected: `version ${PINNED_VERSION}, whose inside these kernels use`,
    actual: `one without the ${kind} ${missing.join(', ')}`,
  });
}

/** The device that tfjs computes on. */
export function currentDevice(): GPUDevice {
  return currentInternals().device;
}

/** The backend's own buffer of a tensor; uploads one that is still on the CPU. */
export function bufferOf(tensor: TensorInfo): GPUBuffer {
  const backend = currentInternals();
  backend.uploadToGPU(tensor.dataId);
  return backend.tensorMap.get(tensor.dataId).resource!;
}

/** A tensor whose buffer comes from tfjs's pool, with whatever the last user left in it. */
export function allocate(shape: readonly number[], dtype: 'float32' | 'int32' | 'bool'): TensorInfo {
  const backend = currentInternals();
  if (shape.includes(0)) {
    const nothing = dtype === 'float32' ? new Float32Array(0) : new Int32Array(0);
    return backend.makeTensorInfo([...shape], dtype, nothing);
  }
  const tensor = backend.makeTensorInfo([...shape], dtype);
  backend.uploadToGPU(tensor.dataId);
  return tensor;
}

/** Gives a tensor that the engine does not know of back to the pool, once what is recorded has run. */
export function release(tensor: TensorInfo): void {
  currentInternals().disposeData(tensor.dataId);
}

/**
 * A tensor under the type of what its buffer holds. tfjs casts int32 and bool to float32 by a new label alone: the buffer goes on holding
 * integers.
 */
export function asStored({ dataId, shape }: TensorInfo): TensorInfo {
  return { dataId, shape, dtype: currentInternals().tensorMap.get(dataId).dtype };
}

/** A second name for a tensor's data, as an output of a kernel that has nothing to do. */
export function sameData({ dataId, shape, dtype }: TensorInfo): TensorInfo {
  currentInternals().incRef(dataId);
  return { dataId, shape, dtype };
}

/** The number of a scalar that was made on the CPU, where it costs no wait; undefined for one that the device has computed. */
export function knownNumber({ dataId }: TensorInfo): number | undefined {
  return uploaded.get(dataId) ?? currentInternals().tensorMap.get(dataId).values?.[0];
}

/** Sets a tensor's buffer to zero bytes, in order with all that is recorded. */
export function clear(tensor: TensorInfo): void {
  const backend = currentInternals();
  const buffer = bufferOf(tensor);
  backend.commandQueueOwnedIds.add(tensor.dataId);
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  backend.commandEncoder!.clearBuffer(buffer);
}

/** What is recorded: a pipeline over bindings. */
export interface Recording {
  readonly label: string;
  readonly pipeline: GPUComputePipeline;
  /** Storage bindings in order; the uniform's, if there is one, comes after them. */
  readonly storage: readonly GPUBufferBinding[];
  /** Multiple of 4 words, which is what a uniform struct is padded to. */
  readonly uniform: Uint32Array<ArrayBuffer> | undefined;
  readonly workgroups: readonly [number, number, number];
  /** Tensors whose buffers must outlive the submit. */
  readonly tensors: readonly TensorInfo[];
}

/** Records one dispatch where tfjs records its own. */
export function record(recording: Recording): void {
  const backend = currentInternals();
  const { pipeline, storage, uniform, workgroups, tensors, label } = recording;
  const resources = [...storage];
  if (uniform) resources.push({ buffer: writeUniform(backend, uniform) });
  for (const { dataId } of tensors) backend.commandQueueOwnedIds.add(dataId);
  const bindGroup = backend.device.createBindGroup({
    label,
    layout: pipeline.getBindGroupLayout(0),
    entries: resources.map((resource, binding) => ({ binding, resource })),
  });
  const timed = backend.activeTimers !== null && backend.activeTimers !== undefined;
  const pass = openPass(backend, timed);
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, bindGroup);
  pass.dispatchWorkgroups(...workgroups);
  backend.dispatchCountInPass++;
  if (timed) {
    backend.endComputePassEncoder();
    backend.activeTimers!.push({ name: label, query: backend.getQueryTime() });
  } else if (backend.dispatchCountInPass >= env().getNumber('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE')) {
    backend.endComputePassEncoder();
    backend.submitQueue();
  }
}

function writeUniform(backend: Internals, words: Uint32Array<ArrayBuffer>): GPUBuffer {
  const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.UNIFORM;
  const buffer = backend.bufferManager.acquireBuffer(words.byteLength, usage);
  backend.device.queue.writeBuffer(buffer, 0, words);
  backend.uniformPendingDisposal.push(buffer);
  return buffer;
}

/** Under `tf.time` each dispatch has a pass of its own, as tfjs's have. */
function openPass(backend: Internals, timed: boolean): GPUComputePassEncoder {
  backend.ensureCommandEncoderReady();
  const encoder = backend.commandEncoder!;
  if (timed && backend.supportTimestampQuery) {
    backend.endComputePassEncoder();
    backend.querySet ??= backend.device.createQuerySet({ type: 'timestamp', count: backend.querySetCount });
    backend.computePassEncoder = encoder.beginComputePass({
      timestampWrites: { querySet: backend.querySet, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 },
    });
  }
  return (backend.computePassEncoder ??= encoder.beginComputePass());
}

/** Submits all that is recorded. */
export function flush(): void {
  const backend = currentInternals();
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  backend.submitQueue();
}

/** Calls `check` after each read of a tensor: whoever reads learns of an error that the device reported meanwhile. */
export function afterEachRead(check: () => void): void {
  const backend = currentInternals();
  const read = backend.read.bind(backend);
  backend.read = async (id) => {
    try {
      return await read(id);
    } finally {
      // Rather than what a lost device makes of the read itself.
      check();
    }
  };
}
