import type { Given, Samples, Selection } from '@equipoise/core';
import { checkSamples, demand, imageCount, labelWeights } from '@equipoise/core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { cast, fill, greater, mul, sum, tidy, topk, where } from '@tensorflow/tfjs-core';
import type { OhemOptions } from '../presets.ts';
import { optionsInForce } from '../presets.ts';
import { chooseHard } from './choose-hard.ts';
import { fieldsOfNms } from './needs.ts';

/**
 * The hardest samples by losses of your own (focal, say), as a fixed number of indices by descending loss: `ohem` for those who have
 * losses instead of a criterion. `classificationWeight` and `boxWeight` do not matter here.
 *
 * @param samples labels, image, and the boxes of the NMS are read.
 * @param losses [n] ≥ 0, or [n, C] entries, which are summed over the classes.
 * @returns indices [min(n, count · images)], padded with samples that were not chosen, and their mask.
 * @throws EquipoiseError for an option that is unknown or out of range, or where samples lack the boxes of the NMS.
 */
export function hardExamples(
  samples: Samples,
  losses: Tensor1D | Tensor2D,
  options: Given<OhemOptions> = {},
): Selection {
  const inForce = optionsInForce(options);
  checkSamples(samples, fieldsOfNms(inForce), 'ohem');
  const n = samples.labels.shape[0];
  demand(losses.shape[0] === n, {
    package: '@equipoise/ohem',
    subject: 'losses',
    expected: `${n} rows, one a sample`,
    actual: losses.shape[0],
  });
  const places = inForce.scope === 'batch' ? inForce.count : inForce.count * imageCount(samples);
  return tidy(() => {
    const summed = losses.rank === 1 ? (losses as Tensor1D) : sum<Tensor1D>(losses, 1);
    const scores = mul<Tensor1D>(summed, labelWeights(samples));
    const chosen = cast<Tensor1D>(chooseHard(samples, scores, inForce), 'bool');
    const ranked = topk<Tensor1D>(where(chosen, scores, fill([n], -1)), Math.min(n, places), true);
    return { indices: ranked.indices, mask: cast(greater<Tensor1D>(ranked.values, -0.5), 'float32') };
  });
}
