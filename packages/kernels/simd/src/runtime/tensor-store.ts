import type { KernelBackend, TensorInfo, TypedArray } from '@tensorflow/tfjs-core';
import type { WasmHeap } from './tfjs-internals.ts';
import type { OutputType } from './workspace.ts';
import { bytesOf, sizeOf } from './workspace.ts';

/** The bytes of tensors, of a backend whose tensors do not lie in the memory that a kernel computes in. */
export interface TensorStore {
  /** The bytes of a tensor; a view where the backend has one. */
  read(tensor: TensorInfo): Uint8Array;
  create(shape: readonly number[], dtype: OutputType): Created;
}

/** A tensor in the making. */
export interface Created {
  /** Where its bytes are to be written; ask anew after any other allocation. */
  bytes(): Uint8Array;
  tensor(): TensorInfo;
}

/** By what every tfjs backend has: `readSync`, which copies nothing on `cpu`, and `write`, which keeps the array it is given there. */
export function anyStore(backend: KernelBackend): TensorStore {
  return {
    read({ dataId, dtype }) {
      const { buffer, byteOffset, byteLength } = asLabelled(backend.readSync(dataId) as TypedArray, dtype);
      return new Uint8Array(buffer, byteOffset, byteLength);
    },
    create(shape, dtype) {
      const values = emptyValues(sizeOf({ shape }), dtype);
      return {
        bytes: () => new Uint8Array(values.buffer),
        tensor: () => ({
          dataId: backend.write(values, [...shape], dtype),
          shape: [...shape],
          dtype,
        }),
      };
    },
  };
}

/** By views on the heap of tfjs's wasm backend. */
export function heapStore(heap: WasmHeap): TensorStore {
  const view = (tensor: TensorInfo): Uint8Array =>
    new Uint8Array(heap.memory.buffer, heap.addressOf(tensor), sizeOf(tensor) * bytesOf(tensor.dtype));
  return {
    read: view,
    create(shape, dtype) {
      const tensor = heap.makeOutput(shape, dtype);
      return { bytes: () => view(tensor), tensor: () => tensor };
    },
  };
}

/** Values in the type that a tensor is labelled with: tfjs's cpu backend casts bool and int32 to float32 by the label alone. */
function asLabelled(values: TypedArray, dtype: string): TypedArray {
  if (dtype === 'float32' && !(values instanceof Float32Array)) return Float32Array.from(values);
  if (dtype === 'int32' && !(values instanceof Int32Array)) return Int32Array.from(values);
  return values;
}

function emptyValues(size: number, dtype: OutputType): Float32Array | Int32Array | Uint8Array {
  if (dtype === 'float32') return new Float32Array(size);
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}
