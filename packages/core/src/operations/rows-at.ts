import type { NamedTensorMap, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { expandDims, gatherND, getBackend, tensor, tidy, util } from '@tensorflow/tfjs-core';
import type { Operation } from './operation.ts';
import { defineOperation } from './operation.ts';

/** Inputs of {@link rowsAt}: beside the indices any tensors [n, …]. */
export interface RowsAtInputs extends NamedTensorMap {
  /** [m] int32, 0…n-1, m ≥ 1 */
  readonly indices: Tensor1D;
}

/** The rows at given indices, [m, …], of each tensor in the order of the inputs. */
export const rowsAt: Operation<RowsAtInputs, object, readonly Tensor[]> = defineOperation('RowsAt', {
  composed,
  // Only there tensors are read without a copy, and only there `gatherND` is slow: it takes an index for each number.
  host: (inputs) => (getBackend() === 'cpu' ? copied(inputs) : composed(inputs)),
});

function composed({ indices, ...tensors }: RowsAtInputs): Tensor[] {
  // Whole rows: `gather` of the wasm backend copies number by number.
  return tidy(() => {
    const places = expandDims(indices, 1);
    return Object.values(tensors).map((x) => gatherND(x, places));
  });
}

function copied({ indices, ...tensors }: RowsAtInputs): Tensor[] {
  const places = indices.dataSync();
  return Object.values(tensors).map((x) => {
    const width = x.size / x.shape[0];
    const all = x.dataSync();
    const rows = util.getArrayFromDType(x.dtype, places.length * width);
    for (let k = 0, to = 0; k < places.length; k += 1) {
      for (let from = places[k]! * width, end = from + width; from < end; from += 1, to += 1)
        rows[to] = all[from]!;
    }
    return tensor(rows, [places.length, ...x.shape.slice(1)], x.dtype);
  });
}
