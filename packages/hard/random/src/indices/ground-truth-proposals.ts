import { demand } from '@equipoise/core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { concat } from '@tensorflow/tfjs-core';
import type { Candidates } from '../pickers/picker.ts';

/**
 * The boxes of an image's ground truths before its proposals, so that a second stage has positives from the first step on: assign and
 * sample what this gives. The first k rows are the ground truths. mmdetection's `add_gt_as_proposals`.
 *
 * @param proposals [n, 4]
 * @param groundTruth [k, 4]; k may be 0.
 * @returns [k + n, 4]
 */
export function withGroundTruth(proposals: Tensor2D, groundTruth: Tensor2D): Tensor2D {
  return groundTruth.shape[0] === 0 ? proposals.clone() : concat([groundTruth, proposals], 0);
}

/**
 * The same where proposals are assigned already: k candidates before all others, each matched to a ground truth of its own with IoU 1.
 * Indices of what is sampled then count the ground truths first.
 *
 * @throws EquipoiseError for a count that is none.
 */
export function withGroundTruthCandidates(candidates: Candidates, count: number): Candidates {
  demand(Number.isInteger(count) && count >= 0, {
    package: '@equipoise/random',
    subject: 'number of ground truths',
    expected: 'an integer ≥ 0',
    actual: count,
  });
  const own = Int32Array.from({ length: count }, (_, i) => i + 1);
  const gtInds = Int32Array.from([...own, ...Array.from(candidates.gtInds)]);
  if (!candidates.maxOverlaps) return { gtInds };
  return {
    gtInds,
    maxOverlaps: Float32Array.from([...own.map(() => 1), ...Array.from(candidates.maxOverlaps)]),
  };
}
