import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import {
  cast,
  clipByValue,
  floor,
  gather,
  greaterEqual,
  tensor,
  tidy,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { Operation } from './operation.ts';
import { defineOperation } from './operation.ts';

/** Inputs of {@link lookUp}. */
export type LookUpInputs = {
  /** [size] float32 */
  readonly table: Tensor1D;
  /** float32 of any shape */
  readonly places: Tensor;
};

/**
 * The value at each place of a table, in the shape of the places, which are rounded down and clamped to the table; NaN is the first.
 * `gather`, which tfjs-backend-wasm does number by number, slowly.
 */
export const lookUp: Operation<LookUpInputs, object, Tensor> = defineOperation('LookUp', {
  composed: ({ table, places }) =>
    tidy(() => {
      // A comparison with NaN is false.
      const counted = where(greaterEqual(places, 0), places, zerosLike(places));
      const index = cast(floor(clipByValue(counted, 0, table.size - 1)), 'int32');
      return gather<Tensor>(table, index);
    }),
  host({ table, places }) {
    const values = table.dataSync() as Float32Array;
    const at = places.dataSync() as Float32Array;
    const found = new Float32Array(at.length);
    const last = values.length - 1;
    for (let i = 0; i < at.length; i += 1) {
      const place = at[i]!;
      found[i] = place > 0 ? values[place < last ? Math.trunc(place) : last]! : values[0]!;
    }
    return tensor(found, places.shape);
  },
});
