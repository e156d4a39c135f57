import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { gather, tensor } from '@tensorflow/tfjs-core';
import type { Operation } from './operation.ts';
import { defineOperation } from './operation.ts';

/** Inputs of {@link lookUp}. */
export type LookUpInputs = {
  /** [size] float32 */
  readonly table: Tensor1D;
  /** int32 of any shape, 0…size-1 */
  readonly places: Tensor;
};

/** The value at each place of a table, in the shape of the places: `gather`, which copies scalars one by one slowly in tfjs-backend-wasm. */
export const lookUp: Operation<LookUpInputs, object, Tensor> = defineOperation('LookUp', {
  composed: ({ table, places }) => gather<Tensor>(table, places),
  host({ table, places }) {
    const values = table.dataSync() as Float32Array;
    const at = places.dataSync() as Int32Array;
    const found = new Float32Array(at.length);
    for (let i = 0; i < at.length; i += 1) found[i] = values[at[i]!]!;
    return tensor(found, places.shape);
  },
});
