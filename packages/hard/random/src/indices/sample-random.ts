import type { Given } from '@equipoise/core';
import { checkOptions, choiceOption } from '@equipoise/core';
import type { Candidates, Permutations } from '../pickers/picker.ts';
import type { Quotas } from '../sampling/quotas.ts';
import { quotaSpecs, wantedNegatives, wantedPositives } from '../sampling/quotas.ts';
import { uniform } from '../pickers/uniform.ts';
import type { SampledIndices } from './sample-indices.ts';
import { negativeIndices, positiveIndices, sampleIndices } from './sample-indices.ts';

/** Options of {@link sampleRandom}. */
export interface SampleRandomOptions extends Quotas {
  /**
   * Whose stream of random numbers: `mmdet` (default) draws only where there are more candidates than wanted; `torchvision` (and
   * detectron2) draws a permutation of the positives, then one of the negatives, always. Quotas are the same.
   */
  readonly preset: 'mmdet' | 'torchvision';
}

/**
 * Random balanced sampling of one image in plain numbers: `randomSampling` for those who have indices instead of tensors. With
 * `torchRandom` the result is the reference's, number for number.
 *
 * @throws EquipoiseError for an option that is unknown or out of range.
 * @example
 * import { sampleRandom, torchRandom } from '@equipoise/random';
 *
 * const gtInds = [0, 1, 0, 0, 2, -1]; // -1 ignored, 0 negative, k ground truth k - 1
 * const { positives } = sampleRandom({ gtInds }, torchRandom(123), { count: 4, positiveFraction: 0.5 });
 * console.log([...positives]); // → [1, 4]
 */
export function sampleRandom(
  candidates: Pick<Candidates, 'gtInds'>,
  random: Permutations,
  options: Given<SampleRandomOptions> = {},
): SampledIndices {
  const { preset, ...quotas } = checkOptions<SampleRandomOptions>(
    '@equipoise/random',
    { ...quotaSpecs, preset: choiceOption(['mmdet', 'torchvision'], 'mmdet') },
    options,
  );
  if (preset === 'torchvision') return drawingAlways(candidates.gtInds, random, quotas);
  const pickers = { positives: uniform(), negatives: uniform() };
  const { positives, negatives } = sampleIndices(candidates, pickers, random, quotas);
  return { positives, negatives };
}

function drawingAlways(gtInds: ArrayLike<number>, random: Permutations, quotas: Quotas): SampledIndices {
  const draw = (indices: Int32Array, count: number): Int32Array =>
    random
      .permutation(indices.length)
      .subarray(0, count)
      .map((place) => indices[place]!)
      .toSorted();
  const positives = draw(positiveIndices(gtInds), wantedPositives(quotas));
  const negatives = draw(negativeIndices(gtInds), wantedNegatives(quotas, positives.length));
  return { positives, negatives };
}
