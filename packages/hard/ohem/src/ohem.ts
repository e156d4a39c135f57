import type { Given, HardStrategy, SampleWeights, Samples } from '@equipoise/core';
import { atLeastOne, negatives, positives, weightsOfSelection } from '@equipoise/core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import type { OhemOptions } from './presets.ts';
import { optionsInForce } from './presets.ts';
import { chooseHard } from './selection/choose-hard.ts';
import { fieldsOfOhem } from './selection/needs.ts';
import { ranking } from './selection/ranking.ts';

/**
 * Online hard example mining: in each image the `count` samples of highest loss (classification + box), after NMS with the loss as
 * score, train; no quota of positives. Class losses are summed over the classes before ranking; equal losses by lower index. Losses are
 * divided by the samples chosen, box losses by the positives among them. Shrivastava et al. 2016 §4; NMS per image, as the paper says.
 * Presets reproduce four other implementations.
 *
 * @throws EquipoiseError for an option that is unknown or out of range; at a step, where samples lack anchors, deltas or deltaTargets.
 */
export function ohem(options: Given<OhemOptions> = {}): HardStrategy {
  const inForce = optionsInForce(options);
  return {
    kind: 'hard',
    name: 'ohem',
    options: { ...inForce },
    needs: fieldsOfOhem(inForce),
    init() {},
    apply(samples) {
      // Made in the caller's scope, the masks serve ranking, choice and weights.
      positives(samples);
      negatives(samples);
      const chosen = chooseHard(samples, ranking(samples, inForce), inForce);
      return [weightsOf(samples, chosen, inForce), undefined];
    },
  };
}

function weightsOf(samples: Samples, chosen: Tensor1D, { preset }: OhemOptions): SampleWeights {
  const weights = weightsOfSelection(samples, chosen, 'selected');
  if (preset === 'paper') return weights;
  const normalizer = preset === 'tf' ? atLeastOne(positives(samples)) : weights.classificationNormalizer;
  return { ...weights, classificationNormalizer: normalizer, boxNormalizer: normalizer };
}
