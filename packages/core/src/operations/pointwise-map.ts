import type { NamedTensorMap, Tensor2D } from '@tensorflow/tfjs-core';
import type { PointwiseAttributes } from '../formula/program.ts';
import { evaluated } from './pointwise-composed.ts';
import type { Operation } from './operation.ts';
import { defineOperation } from './operation.ts';

/** The tensors of a pointwise operation, by the names that the program's inputs and tables have. See {@link PointwiseAttributes}. */
export type PointwiseInputs = NamedTensorMap;

/** A program at every entry of a grid: one float32 tensor [n, C] for each output of the program. */
export const pointwiseMap: Operation<PointwiseInputs, PointwiseAttributes, readonly Tensor2D[]> =
  defineOperation('PointwiseMap', { composed: evaluated });
