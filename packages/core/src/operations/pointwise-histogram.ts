import type { Tensor1D } from '@tensorflow/tfjs-core';
import {
  bincount,
  cast,
  fill,
  floor,
  greaterEqual,
  less,
  logicalAnd,
  reshape,
  slice,
  tensor1d,
  tidy,
  where,
  zeros,
} from '@tensorflow/tfjs-core';
import type { PointwiseAttributes } from '../formula/program.ts';
import type { Operation } from './operation.ts';
import { defineOperation } from './operation.ts';
import { evaluated } from './pointwise-composed.ts';
import type { PointwiseInputs } from './pointwise-map.ts';

/** Attributes of {@link pointwiseHistogram}. */
export interface PointwiseHistogramAttributes extends PointwiseAttributes {
  /** How many bins, at least 1. */
  readonly bins: number;
}

/**
 * How many entries of a grid a program, whose only output is a bin, puts into each: int32 [bins]. A bin is rounded down; an entry whose
 * bin is below 0, not below `bins`, or NaN, counts nowhere.
 */
export const pointwiseHistogram: Operation<PointwiseInputs, PointwiseHistogramAttributes, Tensor1D> =
  defineOperation('PointwiseHistogram', { composed, host });

function composed(inputs: PointwiseInputs, attributes: PointwiseHistogramAttributes): Tensor1D {
  const { bins, shape } = attributes;
  const size = shape[0] * shape[1];
  if (size === 0) return zeros([bins], 'int32');
  return tidy(() => {
    const bin: Tensor1D = reshape(evaluated(inputs, attributes)[0]!, [size]);
    const inside = logicalAnd(greaterEqual(bin, 0), less(bin, bins));
    // What counts nowhere goes to a bin behind the last.
    const place = cast<Tensor1D>(where(inside, floor(bin), fill([size], bins)), 'int32');
    // tfjs-backend-webgpu 4.22 counts in floats whatever the type asked for.
    const counts: Tensor1D = bincount(place, tensor1d([], 'float32'), bins + 1);
    return cast<Tensor1D>(slice(counts, 0, bins), 'int32');
  });
}

/** The counting in one pass over typed arrays. */
function host(inputs: PointwiseInputs, attributes: PointwiseHistogramAttributes): Tensor1D {
  const { bins } = attributes;
  const grid = tidy(() => evaluated(inputs, attributes)[0]!);
  const counts = new Int32Array(bins);
  const given = grid.dataSync();
  for (let i = 0; i < given.length; i += 1) {
    const bin = given[i]!;
    if (bin >= 0 && bin < bins) counts[Math.trunc(bin)]! += 1;
  }
  grid.dispose();
  return tensor1d(counts, 'int32');
}
