import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { sum } from '@tensorflow/tfjs-core';
import type { Operation } from './operation.ts';
import { defineOperation } from './operation.ts';

/** Inputs of {@link rowSums}. */
export type RowSumsInputs = {
  /** [n, C] float32 */
  readonly x: Tensor2D;
};

/** The sum of each row: [n] float32. (`sum` of tfjs-backend-webgpu spends a whole workgroup on each row, be it four numbers.) */
export const rowSums: Operation<RowSumsInputs, object, Tensor1D> = defineOperation('RowSums', {
  composed: ({ x }) => sum(x, 1),
});
