import type { Given, HardStrategy } from '@equipoise/core';
import {
  checkOptions,
  greedyNms,
  imageCount,
  imageOf,
  labelWeights,
  numberOption,
  rankingLosses,
  selectTopK,
  weightsOfSelection,
} from '@equipoise/core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import { cast, fill, greater, tidy, where } from '@tensorflow/tfjs-core';

/** Options of {@link ohem}. */
export interface OhemOptions {
  /** How many samples train in each image, an integer ≥ 1. Default 64 (128 RoIs over two images in the paper). */
  readonly count: number;
  /** Of two RoIs that overlap by more than this IoU, only that of higher loss may train; 1 turns the NMS off. Default .7. */
  readonly nmsThreshold: number;
}

/**
 * Online hard example mining: in each image the `count` samples of highest loss (classification + box), after NMS with the loss as
 * score, train; no quota of positives. Class losses are summed over the classes before ranking. Losses are divided by the samples
 * chosen, box losses by the positives among them. Shrivastava et al. 2016 §4; NMS per image, as the paper says.
 *
 * @throws EquipoiseError for an option that is unknown or out of range; at a step, where samples lack anchors, deltas or deltaTargets.
 */
export function ohem(options: Given<OhemOptions> = {}): HardStrategy {
  const inForce = checkOptions<OhemOptions>(
    'ohem',
    {
      count: numberOption(64, { min: 1, integer: true }),
      nmsThreshold: numberOption(0.7, { min: 0, max: 1 }),
    },
    options,
  );
  const { count, nmsThreshold } = inForce;
  return {
    kind: 'hard',
    name: 'ohem',
    options: { ...inForce },
    needs: nmsThreshold < 1 ? ['anchors', 'deltas', 'deltaTargets'] : ['deltas', 'deltaTargets'],
    init() {},
    apply(samples) {
      const selection = tidy(() => {
        const scores = rankingLosses(samples, { box: true });
        const eligible = cast(greater(labelWeights(samples), 0), 'float32') as Tensor1D;
        const image = imageOf(samples);
        const images = imageCount(samples);
        if (nmsThreshold < 1) {
          return greedyNms(
            // Losses are ≥ 0, so that -1 marks what may not train.
            {
              boxes: samples.anchors!,
              scores: where(cast(eligible, 'bool'), scores, -1) as Tensor1D,
              group: image,
            },
            {
              groupCount: images,
              iouThreshold: nmsThreshold,
              maxPerGroup: count,
              offset: 0,
              scoreThreshold: -0.5,
            },
          );
        }
        return selectTopK(
          { scores, eligible, image, k: fill([images], count) as Tensor1D },
          { imageCount: images },
        );
      });
      return [weightsOfSelection(samples, selection, 'selected'), undefined];
    },
  };
}
