import type { Samples } from '@equipoise/core';
import { boxLosses, detach, labelWeights, rankingLosses } from '@equipoise/core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import { add, minimum, mul, tidy } from '@tensorflow/tfjs-core';
import type { OhemOptions } from '../presets.ts';

/** -ln 2⁻⁵²: the official code takes no probability below it. */
const LARGEST_OFFICIAL_LOSS = 36.04365338911715;

/** [n] what samples are ranked by: weighted losses, entries summed over classes first. Detached. */
export function ranking(samples: Samples, options: OhemOptions): Tensor1D {
  const { preset, classificationWeight, boxWeight } = options;
  return tidy(() => {
    let classification = rankingLosses(samples, { box: false });
    if (preset === 'official') classification = minimum(classification, LARGEST_OFFICIAL_LOSS);
    if (classificationWeight !== 1) classification = mul(classification, classificationWeight);
    if (boxWeight === 0) return classification.clone();
    const box = mul(detach(boxLosses(samples)), labelWeights(samples));
    return add(classification, boxWeight === 1 ? box : mul(box, boxWeight));
  });
}
