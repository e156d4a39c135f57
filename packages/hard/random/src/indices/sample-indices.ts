import type { Given, StrategyState } from '@equipoise/core';
import { checkOptions, demand } from '@equipoise/core';
import type { Candidates, Permutations, Pickers } from '../pickers/picker.ts';
import type { Quotas } from '../sampling/quotas.ts';
import { quotaSpecs, wantedNegatives, wantedPositives } from '../sampling/quotas.ts';

/** What was chosen in an image, as ascending indices. */
export interface SampledIndices {
  readonly positives: Int32Array;
  readonly negatives: Int32Array;
}

/** What {@link sampleIndices} chose. */
export interface SampledOnce extends SampledIndices {
  /** For the next call: whether negatives had to be chosen yet. Matters to `iouBalanced({ preset: 'mmdet' })` only. */
  readonly again: boolean;
}

/**
 * Balanced sampling of one image in plain numbers: `combinedSampling` for those who have indices instead of tensors. Draws as
 * mmdetection 3.3 does: positives first, then negatives, and only where there are more than wanted. With `torchRandom` and `mmdet`
 * presets the result is mmdetection's, number for number, except where that depends on the order of a Python set (the fill of
 * `instanceBalanced`, `iouBalanced`); here the order is ascending.
 *
 * @param again what the call before returned; false at first.
 * @throws EquipoiseError for an option that is unknown or out of range, or where a picker needs `maxOverlaps` and there are none.
 * @example
 * import { instanceBalanced, iouBalanced, sampleIndices, torchRandom } from '@equipoise/random';
 *
 * const candidates = { gtInds: [1, 0, 2, 0, 0], maxOverlaps: [0.8, 0.3, 0.6, 0, 0.1] };
 * const pickers = { positives: instanceBalanced(), negatives: iouBalanced() };
 * const { positives } = sampleIndices(candidates, pickers, torchRandom(0), { count: 4, positiveFraction: 0.5 });
 * console.log([...positives]); // → [0, 2]
 */
export function sampleIndices<P extends StrategyState, N extends StrategyState>(
  candidates: Candidates,
  pickers: Pickers<P, N>,
  random: Permutations,
  options: Given<Quotas> = {},
  again = false,
): SampledOnce {
  const quotas = checkOptions<Quotas>('@equipoise/random', quotaSpecs, options);
  const { gtInds, maxOverlaps } = candidates;
  for (const { needs } of [pickers.positives, pickers.negatives]) {
    demand(!needs.includes('maxOverlaps') || maxOverlaps?.length === gtInds.length, {
      package: '@equipoise/random',
      subject: 'candidates.maxOverlaps',
      expected: `${gtInds.length} numbers`,
      actual: maxOverlaps?.length,
    });
  }
  const pick = (kind: 'positives' | 'negatives', eligible: Int32Array, count: number): Int32Array => {
    if (eligible.length <= count) return eligible;
    const chosen = pickers[kind].pickIndices({ eligible, count, candidates, random, again });
    return Int32Array.from(new Set(chosen)).toSorted();
  };
  const positives = pick('positives', positiveIndices(gtInds), wantedPositives(quotas));
  const eligible = negativeIndices(gtInds);
  const wanted = wantedNegatives(quotas, positives.length);
  const negatives = pick('negatives', eligible, wanted);
  return { positives, negatives, again: again || eligible.length > wanted };
}

/** Ascending indices of what is matched to a ground truth. */
export function positiveIndices(gtInds: ArrayLike<number>): Int32Array {
  return indicesWhere(gtInds, (gt) => gt > 0);
}

/** Ascending indices of background. */
export function negativeIndices(gtInds: ArrayLike<number>): Int32Array {
  return indicesWhere(gtInds, (gt) => gt === 0);
}

function indicesWhere(gtInds: ArrayLike<number>, accepts: (gt: number) => boolean): Int32Array {
  return Int32Array.from(gtInds, (_, i) => i).filter((i) => accepts(gtInds[i]!));
}
