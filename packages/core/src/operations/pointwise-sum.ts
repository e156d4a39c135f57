import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import { tidy } from '@tensorflow/tfjs-core';
import type { PointwiseAttributes } from '../formula/program.ts';
import type { Operation } from './operation.ts';
import { defineOperation } from './operation.ts';
import { evaluated } from './pointwise-composed.ts';
import type { PointwiseInputs } from './pointwise-map.ts';
import { sumOfGrid } from './sum-of-grid.ts';

/** The sum of a program's first output over the grid, and the other outputs as they are. */
export type PointwiseSums = readonly [sum: Scalar, ...derivatives: Tensor2D[]];

/**
 * Σ over a grid of a program's first output, float32 [], and every other output, such as derivatives, float32 [n, C]. The sum is taken
 * so that 10⁸ entries keep six digits.
 */
export const pointwiseSum: Operation<PointwiseInputs, PointwiseAttributes, PointwiseSums> = defineOperation(
  'PointwiseSum',
  {
    composed: (inputs, attributes) =>
      tidy((): [Scalar, ...Tensor2D[]] => {
        const [values, ...derivatives] = evaluated(inputs, attributes);
        return [sumOfGrid(values!), ...derivatives];
      }),
  },
);
