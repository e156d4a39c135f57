import { aLrpLoss, averagePrecisionLoss, rankSortLoss } from '@equipoise/ap-loss';
import {
  alignedOverlaps,
  assignMaxIou,
  batchedNms,
  boxLosses,
  classificationLosses,
  criterion,
  deltaCoder,
  nmsMatch,
  type Samples,
  type SampleStrategy,
  selectTopK,
  spread,
  type StrategyState,
} from '@equipoise/core';
import { focal } from '@equipoise/focal';
import { ghmC } from '@equipoise/ghm';
import { isrP } from '@equipoise/pisa';
import { instanceBalancedSampling } from '@equipoise/random';
import * as tf from '@tensorflow/tfjs-core';
import { type Call, callTo } from './call-to.ts';
import type { Inputs } from './inputs.ts';

/**
 * The operations that have fused kernels, with inputs as a user's call gives them. Without `Scaled`, which is one tfjs op, and nothing
 * where it scales by 1, as in a step.
 */
export const operations: Readonly<Record<string, (inputs: Inputs) => Call>> = {
  'focal-sum': (inputs) => callTo('PointwiseSum', () => step(focal(), inputs)),
  'ghm-histogram': (inputs) => callTo('PointwiseHistogram', () => step(ghmC(), inputs)),
  'ghm-sum': (inputs) => callTo('PointwiseSum', () => step(ghmC(), inputs)),
  'entry-losses': ({ logits, labels }) =>
    callTo('PointwiseMap', () => classificationLosses({ logits, labels })),
  'row-sums': ({ boxes: _boxes, truths: _truths, ...samples }) => callTo('RowSums', () => boxLosses(samples)),
  'select-top-k': (inputs) =>
    callTo('SelectTopK', () => {
      const { labels, image, imageCount, logits } = inputs;
      const scores = highest(inputs);
      const eligible = tf.cast<tf.Tensor1D>(tf.equal(labels, logits.shape[1]), 'float32');
      return selectTopK({ scores, eligible, image, k: tf.fill([imageCount], 256) }, { imageCount });
    }),
  'greedy-nms': (inputs) =>
    callTo('GreedyNms', () =>
      batchedNms(inputs.boxes, highest(inputs), inputs.image, {
        classCount: inputs.imageCount,
        iouThreshold: 0.5,
        maxPerClass: 100,
        scoreThreshold: 0.05,
      }),
    ),
  'nms-match': (inputs) =>
    callTo('GreedyNmsMatch', () =>
      nmsMatch(inputs.boxes, highest(inputs), { maxKeepers: 100, scoreThreshold: 0.05 }),
    ),
  'max-iou': ({ anchors, truths }) => callTo('MaxIouAssignment', () => assignMaxIou(anchors, truths)),
  'decode-deltas': ({ anchors, deltas }) =>
    callTo('DecodeDeltas', () => deltaCoder().decode(anchors, deltas)),
  'aligned-iou': ({ boxes, anchors }) => callTo('AlignedIou', () => alignedOverlaps(boxes, anchors)),
  'local-rank': (inputs) => callTo('HierarchicalLocalRank', () => step(isrP(), inputs)),
  'group-ranks': (inputs) => callTo('RankWithinGroup', () => step(instanceBalancedSampling(), inputs)),
  'ap-ranking': (inputs) =>
    callTo('AveragePrecisionRanking', () => {
      const { scores, targets } = entriesOf(inputs);
      return averagePrecisionLoss(scores, targets);
    }),
  'alrp-ranking': (inputs) =>
    callTo('AlrpRanking', () => {
      const { scores, targets, overlaps } = entriesOf(inputs);
      return aLrpLoss(scores, targets, tf.sub<tf.Tensor1D>(1, overlaps));
    }),
  'rank-sort-ranking': (inputs) =>
    callTo('RankSortRanking', () => {
      const { scores, targets, overlaps } = entriesOf(inputs);
      return rankSortLoss(scores, tf.where(tf.greater(targets, 0), overlaps, targets));
    }),
};

/** A step of a strategy, forward and backward. */
function step<State extends StrategyState>(
  strategy: SampleStrategy<State>,
  { boxes: _boxes, truths: _truths, ...samples }: Inputs,
): unknown {
  const objective = criterion(strategy);
  return tf.valueAndGrad(
    (logits: tf.Tensor) =>
      objective.loss({ ...samples, logits: logits as tf.Tensor2D } satisfies Samples).classification,
  )(samples.logits);
}

/** [n] the highest probability of each anchor. */
function highest({ logits }: Inputs): tf.Tensor1D {
  return tf.sigmoid<tf.Tensor1D>(tf.max(logits, 1));
}

/** Each score of [n × C] on its own: whether its anchor is of that class, and the anchor's overlap with its truth, kept above 0. */
function entriesOf({
  logits,
  labels,
  maxOverlaps,
}: Inputs): Record<'scores' | 'targets' | 'overlaps', tf.Tensor1D> {
  const classes = tf.range(0, logits.shape[1], 1, 'int32');
  const label = tf.expandDims(labels, 1);
  const positive = tf.cast(tf.equal(label, classes), 'float32');
  const overlaps = spread(tf.clipByValue(maxOverlaps, 0.01, 1), logits.shape[1]);
  return {
    scores: tf.reshape(logits, [-1]),
    targets: tf.reshape(tf.where(tf.less(label, 0), tf.fill(logits.shape, -1), positive), [-1]),
    overlaps: tf.reshape(overlaps, [-1]),
  };
}
