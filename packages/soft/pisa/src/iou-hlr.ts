import type { Samples } from '@equipoise/core';
import { classCount, overlapsWhere, positives } from '@equipoise/core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import { tidy } from '@tensorflow/tfjs-core';
import { demandFields } from './demand-fields.ts';
import { hierarchicalLocalRank } from './operations/hierarchical-local-rank.ts';

/** What the ranks of PISA follow: the `paper`, or `mmdet` 3.3 with its defects. */
export type PisaPreset = 'paper' | 'mmdet';

/** The fields that {@link iouHlr} reads. */
export const IOU_HLR_NEEDS = ['anchors', 'deltas', 'deltaTargets', 'groundTruth'] as const;

/**
 * IoU-HLR, the hierarchical local rank of each positive in its class: [n] float32, 0 the most important; -1 at samples that are no
 * positives.
 *
 * The positives of each ground truth are sorted by the IoU of their predicted box; the best of every ground truth come first, then all
 * second ones, …, each of these levels again by descending IoU. Batch-wide, over all images and pyramid levels. Ties go to the lower
 * index. Detached.
 *
 * PISA §3.2. With `mmdet` the key of the second sort is IoU + (n_max − rank) in float32, whose rounding makes ties (ALGORITHMS §0.7).
 *
 * @throws EquipoiseError where samples lack anchors, deltas, deltaTargets or groundTruth.
 */
export function iouHlr(samples: Samples, preset: PisaPreset = 'paper'): Tensor1D {
  demandFields(samples, IOU_HLR_NEEDS);
  return tidy(() => {
    const ranked = positives(samples);
    return iouRanks(samples, { overlaps: overlapsWhere(samples, ranked), ranked, preset });
  });
}

/** As {@link iouHlr}, of the samples of a [n] mask, 1 or 0, by given overlaps [n]. */
export function iouRanks(
  samples: Samples,
  given: { readonly overlaps: Tensor1D; readonly ranked: Tensor1D; readonly preset: PisaPreset },
): Tensor1D {
  return hierarchicalLocalRank(
    { scores: given.overlaps, inner: samples.groundTruth!, outer: samples.labels, eligible: given.ranked },
    { outerCount: classCount(samples), key: given.preset === 'paper' ? 'exact' : 'largest' },
  );
}
