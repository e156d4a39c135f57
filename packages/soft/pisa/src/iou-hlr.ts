import type { Samples } from '@equipoise/core';
import { alignedOverlaps, classCount, defaultTask, detach, positives } from '@equipoise/core';
import type { NamedTensorMap, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { tidy } from '@tensorflow/tfjs-core';
import { demandFields } from './demand-fields.ts';
import { hierarchicalLocalRank } from './operations/hierarchical-local-rank.ts';
import { maskedRows } from './operations/masked-rows.ts';

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
  return tidy(() => iouRanks(samples, positives(samples), preset));
}

/** As {@link iouHlr}, of the samples of a [n] mask. */
export function iouRanks(samples: Samples, ranked: Tensor1D, preset: PisaPreset): Tensor1D {
  return hierarchicalLocalRank(
    {
      scores: overlapsOf(samples, ranked),
      inner: samples.groundTruth!,
      outer: samples.labels,
      eligible: detach(ranked),
    },
    { outerCount: classCount(samples), key: preset === 'paper' ? 'exact' : 'largest' },
  );
}

/** [n] IoU of the predicted box of each sample of a mask with the box it should be. */
function overlapsOf(
  { anchors, deltas, deltaTargets, task = defaultTask }: Samples,
  asked: Tensor1D,
): Tensor1D {
  const of = (rows: NamedTensorMap): Tensor1D => {
    const decoded = (field: string): Tensor2D =>
      task.coder.decode(rows['anchors'] as Tensor2D, rows[field] as Tensor2D);
    return alignedOverlaps(decoded('deltas'), decoded('deltaTargets'), 'iou');
  };
  return maskedRows(
    { mask: detach(asked), anchors: anchors!, deltas: detach(deltas!), deltaTargets: deltaTargets! },
    { of },
  ) as Tensor1D;
}
