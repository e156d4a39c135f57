import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { equal, expandDims, matMul, ones, range, tensor, tidy } from '@tensorflow/tfjs-core';
import type { Operation } from './operation.ts';
import { defineOperation } from './operation.ts';
import { spread } from './spread.ts';

/** Inputs of {@link columnHits}. */
export type ColumnHitsInputs = {
  /** [n] float32 */
  readonly ids: Tensor1D;
};

/** [n, columns] bool: whether the id of a row is the column. `equal`, which tfjs-backend-wasm does entry by entry, slowly. */
export const columnHits: Operation<ColumnHitsInputs, { readonly columns: number }, Tensor2D> =
  defineOperation('ColumnHits', {
    composed: ({ ids }, { columns }) =>
      tidy(() => {
        const index = matMul<Tensor2D>(ones([ids.size, 1]), expandDims(range(0, columns, 1, 'float32'), 0));
        return equal(index, spread(ids, columns));
      }),
    host({ ids }, { columns }) {
      const hits = new Uint8Array(ids.size * columns);
      ids.dataSync().forEach((id, i) => {
        if (Number.isInteger(id) && id >= 0 && id < columns) hits[i * columns + id] = 1;
      });
      return tensor(hits, [ids.size, columns], 'bool');
    },
  });
