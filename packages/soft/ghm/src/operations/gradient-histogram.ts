import type { Operation } from '@equipoise/core';
import { defineOperation } from '@equipoise/core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { gradientHistogramComposed } from './gradient-histogram-composed.ts';
import { gradientHistogramOnHost } from './gradient-histogram-host.ts';

/** Inputs of {@link gradientHistogram}: n samples with m / n entries each. */
export type GradientHistogramInputs = {
  /** [m] norms in [0, 1], the entries of a sample side by side. */
  readonly norms: Tensor1D;
  /** [n] weights; a sample of weight 0 is not counted, and no other weight counts more than once. */
  readonly weights: Tensor1D;
  /** [n] int32, 0…groupCount-1: whose histogram. */
  readonly group: Tensor1D;
};

/** Attributes of {@link gradientHistogram}. */
export type GradientHistogramAttributes = { readonly bins: number; readonly groupCount: number };

/**
 * The unit region of every entry, and how many entries each holds: [m] int32 places group × bins + bin in the table, or
 * groupCount × bins where an entry is not counted; [groupCount, bins] float32 counts.
 *
 * Bin j holds norms from fround(j / bins) up to the next such edge, the last one also 1 and above: float32 decides as in the reference
 * (ALGORITHMS §0.7).
 */
export const gradientHistogram: Operation<
  GradientHistogramInputs,
  GradientHistogramAttributes,
  readonly [places: Tensor1D, counts: Tensor2D]
> = defineOperation('GradientHistogram', {
  composed: gradientHistogramComposed,
  host: gradientHistogramOnHost,
});
