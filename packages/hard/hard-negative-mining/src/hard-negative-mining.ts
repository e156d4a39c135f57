import type { Given, HardStrategy } from '@equipoise/core';
import {
  checkOptions,
  imageCount,
  imageOf,
  negatives,
  numberOption,
  perImage,
  positives,
  rankingLosses,
  selectTopK,
  weightsOfSelection,
} from '@equipoise/core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import { add, floor, maximum, mul, tidy } from '@tensorflow/tfjs-core';

/** Options of {@link hardNegativeMining}. */
export interface HardNegativeMiningOptions {
  /** Negatives a positive, > 0. Default 3. */
  readonly ratio: number;
  /** At least this many negatives in every image, also where it has no positives. Default 0 (SSD): such an image trains nothing. */
  readonly minNegatives: number;
}

/**
 * Online hard-negative mining: in each image all positives train, and the k = min(ratio · positives, negatives) negatives of highest
 * classification loss. Both losses are divided by the positives of the batch. SSD §2.2; ranking by value only, gradient through
 * the losses that are kept; equal losses by lower index.
 *
 * @throws EquipoiseError for an option that is unknown or out of range.
 */
export function hardNegativeMining(options: Given<HardNegativeMiningOptions> = {}): HardStrategy {
  const inForce = checkOptions<HardNegativeMiningOptions>(
    'hard-negative-mining',
    { ratio: numberOption(3, { min: 0 }), minNegatives: numberOption(0, { min: 0, integer: true }) },
    options,
  );
  const { ratio, minNegatives } = inForce;
  return {
    kind: 'hard',
    name: 'hard-negative-mining',
    options: { ...inForce },
    needs: [],
    init() {},
    apply(samples) {
      const selection = tidy(() => {
        const positive = positives(samples);
        const k = maximum(floor(mul(perImage(samples, positive), ratio)), minNegatives) as Tensor1D;
        const hardest = selectTopK(
          {
            scores: rankingLosses(samples, { box: false }),
            eligible: negatives(samples),
            image: imageOf(samples),
            k,
          },
          { imageCount: imageCount(samples) },
        );
        return add(positive, hardest) as Tensor1D;
      });
      return [weightsOfSelection(samples, selection, 'positives'), undefined];
    },
  };
}
