import type { Tensor1D } from '@tensorflow/tfjs-core';
import { expandDims, matMul, reshape, tensor1d, tidy, zeros } from '@tensorflow/tfjs-core';
import { membership } from './membership.ts';
import type { Operation } from './operation.ts';
import { defineOperation } from './operation.ts';

/** Inputs of {@link groupSums}. */
export type GroupSumsInputs = {
  /** [n] float32 */
  readonly values: Tensor1D;
  /** [n] int32, 0…groupCount-1 */
  readonly group: Tensor1D;
};

/** Attributes of {@link groupSums}. */
export interface GroupSumsAttributes {
  readonly groupCount: number;
}

/** Σ of the values of each group: [groupCount]. `host` adds in double precision. */
export const groupSums: Operation<GroupSumsInputs, GroupSumsAttributes, Tensor1D> = defineOperation(
  'GroupSums',
  {
    composed: ({ values, group }, { groupCount }) =>
      values.size === 0
        ? zeros([groupCount])
        : tidy(() => reshape(matMul(expandDims(values, 0), membership(group, groupCount)), [groupCount])),
    host({ values, group }, { groupCount }) {
      const [added, ids] = [values.dataSync(), group.dataSync()];
      const sums = new Float64Array(groupCount);
      for (let i = 0; i < ids.length; i += 1) sums[ids[i]!]! += added[i]!;
      return tensor1d(Float32Array.from(sums));
    },
  },
);
