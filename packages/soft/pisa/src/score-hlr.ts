import type { Given, Samples } from '@equipoise/core';
import {
  maskedRows,
  classCount,
  defaultTask,
  detach,
  greedyNmsMatch,
  imageCount,
  imageOf,
  negatives,
  probabilities,
  unrecorded,
} from '@equipoise/core';
import type { NamedTensorMap, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { cast, greater, max, mul, sigmoid, slice } from '@tensorflow/tfjs-core';
import { demandFields } from './demand-fields.ts';
import type { IsrNOptions } from './isr-n-options.ts';
import { isrNOptions } from './isr-n-options.ts';
import { hierarchicalLocalRank } from './operations/hierarchical-local-rank.ts';

/** The fields that {@link scoreHlr} reads. */
export const SCORE_HLR_NEEDS = ['anchors', 'deltas'] as const;

/**
 * Score-HLR, the hierarchical local rank of each negative in its image: [n] float32, 0 the most important; -1 at samples that are no
 * negatives, and at negatives whose score is not above `scoreThreshold`.
 *
 * The score of a negative is its highest class probability. Negatives whose predicted boxes overlap by `iouThreshold` or more are grouped by
 * NMS-match; the best of every group come first, then all second ones, …, each of these levels by descending score. Ties go to the
 * lower index. Detached.
 *
 * PISA §3.2. A head that predicts deltas for each class hands in those of the class of highest score.
 *
 * @throws EquipoiseError for an option that is unknown or out of range, or where samples lack anchors or deltas.
 */
export function scoreHlr(samples: Samples, options: Given<IsrNOptions> = {}): Tensor1D {
  demandFields(samples, SCORE_HLR_NEEDS);
  return scoreRanks(samples, isrNOptions(options), samples.logits.shape[0]);
}

/** As {@link scoreHlr}; exact for the first `count` ranks of each image, for which no more than `count` groups are looked for. */
export function scoreRanks(samples: Samples, options: IsrNOptions, count: number): Tensor1D {
  return unrecorded(() => {
    const scores = topScores(samples);
    const above = cast<Tensor1D>(greater(scores, options.scoreThreshold), 'float32');
    const eligible = mul<Tensor1D>(negatives(samples), above);
    const image = imageOf(samples);
    const images = imageCount(samples);
    const keepers = greedyNmsMatch(
      { boxes: boxesOf(samples, eligible), scores, group: image, eligible },
      { groupCount: images, iouThreshold: options.iouThreshold, maxKeepers: count },
    );
    return hierarchicalLocalRank(
      { scores, inner: keepers, outer: image, eligible },
      { outerCount: images, key: options.preset === 'paper' ? 'exact' : 'own' },
    );
  });
}

/** [n] the highest probability of a foreground class. */
function topScores(samples: Samples): Tensor1D {
  // With sigmoid the highest logit is that of the highest probability.
  if (samples.task?.activation !== 'softmax') return sigmoid(max<Tensor1D>(detach(samples.logits), 1));
  return max<Tensor1D>(slice(probabilities(samples), [0, 0], [-1, classCount(samples)]), 1);
}

/** [n, 4] the predicted box of each sample of a mask. */
function boxesOf({ anchors, deltas, task = defaultTask }: Samples, asked: Tensor1D): Tensor2D {
  const of = (rows: NamedTensorMap): Tensor2D =>
    task.coder.decode(rows['anchors'] as Tensor2D, rows['deltas'] as Tensor2D);
  return maskedRows({ mask: asked, anchors: anchors!, deltas: detach(deltas!) }, { of }) as Tensor2D;
}
