import { averagePrecisionLoss } from '@equipoise/ap-loss';
import {
  assignMaxIou,
  batchedNms,
  criterion,
  type Samples,
  selectTopK,
  type SoftStrategy,
  type StrategyState,
} from '@equipoise/core';
import { focal } from '@equipoise/focal';
import { ghmC } from '@equipoise/ghm';
import { isrP } from '@equipoise/pisa';
import * as tf from '@tensorflow/tfjs-core';
import { type Call, callTo } from './call-to.ts';
import type { Inputs } from './inputs.ts';

/** The operations that have several implementations, with inputs as a user's call gives them. */
export const operations: Readonly<Record<string, (inputs: Inputs) => Call>> = {
  'focal-sum': (inputs) => callTo('PointwiseSum', () => step(focal(), inputs)),
  'ghm-histogram': (inputs) => callTo('PointwiseHistogram', () => step(ghmC(), inputs)),
  'ghm-sum': (inputs) => callTo('PointwiseSum', () => step(ghmC(), inputs)),
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
  'max-iou': ({ anchors, truths }) => callTo('MaxIouAssignment', () => assignMaxIou(anchors, truths)),
  'local-rank': (inputs) => callTo('HierarchicalLocalRank', () => step(isrP(), inputs)),
  'ap-ranking': ({ logits, labels }) =>
    callTo('AveragePrecisionRanking', () => {
      const classes = tf.range(0, logits.shape[1], 1, 'int32');
      const positive = tf.cast(tf.equal(tf.expandDims(labels, 1), classes), 'float32');
      const ignored = tf.less(tf.expandDims(labels, 1), 0);
      const targets = tf.where(ignored, tf.fill(logits.shape, -1), positive);
      return averagePrecisionLoss(tf.reshape(logits, [-1]), tf.reshape(targets, [-1]));
    }),
};

/** A step of a strategy, forward and backward. */
function step<State extends StrategyState>(
  strategy: SoftStrategy<State>,
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
