import type { Operation } from '@equipoise/core';
import { defineOperation } from '@equipoise/core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import { gather, tensor1d } from '@tensorflow/tfjs-core';

/** Inputs of {@link lookUp}. */
export type LookUpInputs = {
  /** [size] float32 */
  readonly table: Tensor1D;
  /** [m] int32, 0…size-1 */
  readonly places: Tensor1D;
};

/** The value at each place of a table, [m]: `gather`, which copies scalars one by one slowly in tfjs-backend-wasm. */
export const lookUp: Operation<LookUpInputs, object, Tensor1D> = defineOperation('LookUp', {
  composed: ({ table, places }) => gather(table, places),
  host({ table, places }) {
    const values = table.dataSync() as Float32Array;
    const at = places.dataSync() as Int32Array;
    const found = new Float32Array(at.length);
    for (let i = 0; i < at.length; i += 1) found[i] = values[at[i]!]!;
    return tensor1d(found);
  },
});
