import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import {
  cast,
  fill,
  greater,
  less,
  range,
  scalar,
  sum,
  tensor1d,
  tidy,
  topk,
  where,
} from '@tensorflow/tfjs-core';
import { indicesWhere } from './indices-where.ts';
import type { Operation } from './operation.ts';
import { defineOperation } from './operation.ts';

/** Inputs of {@link maskIndices}. */
export type MaskIndicesInputs = {
  /** [n] float32, n ≥ 1 */
  readonly mask: Tensor1D;
};

/** The indices at which a mask is above 0, ascending, then -1: [n] int32; and how many they are: [] int32. */
export const maskIndices: Operation<MaskIndicesInputs, object, readonly [indices: Tensor1D, count: Scalar]> =
  defineOperation('MaskIndices', {
    composed: ({ mask }) =>
      tidy((): [Tensor1D, Scalar] => {
        const n = mask.shape[0];
        const asked = cast<Tensor1D>(greater(mask, 0), 'float32');
        const count = cast<Scalar>(sum(asked), 'int32');
        const isIndex = less<Tensor1D>(range(0, n, 1, 'int32'), count);
        // A stable sort: equal values by ascending index.
        return [where(isIndex, topk(asked, n, true).indices, fill([n], -1, 'int32')), count];
      }),
    host({ mask }) {
      const found = indicesWhere(mask.dataSync());
      const indices = new Int32Array(mask.size).fill(-1, found.length);
      indices.set(found);
      return [tensor1d(indices, 'int32'), scalar(found.length, 'int32')];
    },
  });
