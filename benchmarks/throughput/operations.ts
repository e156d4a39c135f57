import { averagePrecisionRanking } from '@equipoise/ap-loss';
import { greedyNms, selectTopK, type Operation } from '@equipoise/core';
import { gradientHistogram } from '@equipoise/ghm';
import * as tf from '@tensorflow/tfjs-core';
import type { Inputs } from './inputs.ts';

/** What an operation is called with. */
export interface Call {
  readonly operation: Pick<Operation<never, never, never>, 'operationName'> & {
    readonly composed: Run;
    readonly host: Run | undefined;
  };
  readonly inputs: tf.NamedTensorMap;
  readonly attributes: object;
  /** Bytes of what comes out. */
  readonly outputBytes: number;
}

type Run = (inputs: never, attributes: never) => tf.Tensor | readonly tf.Tensor[];

/** The operations that have several implementations, with inputs as their strategies give them. */
export const operations: Readonly<Record<string, (inputs: Inputs) => Call>> = {
  'select-top-k': (inputs) => {
    const { labels, image, imageCount } = inputs;
    const n = labels.size;
    return {
      operation: selectTopK,
      inputs: {
        scores: highest(inputs),
        eligible: tf.cast(backgroundOf(inputs), 'float32'),
        image,
        k: tf.fill([imageCount], 256),
      },
      attributes: { imageCount },
      outputBytes: 4 * n,
    };
  },
  'greedy-nms': (inputs) => ({
    operation: greedyNms,
    inputs: { boxes: inputs.boxes, scores: highest(inputs), group: inputs.image },
    attributes: {
      groupCount: inputs.imageCount,
      iouThreshold: 0.5,
      maxPerGroup: 100,
      offset: 0,
      scoreThreshold: 0.05,
    },
    outputBytes: 4 * inputs.labels.size,
  }),
  'gradient-histogram': ({ logits, labels }) => ({
    operation: gradientHistogram,
    inputs: {
      norms: tf.reshape(tf.abs(tf.sub(tf.sigmoid(logits), targetsOf(logits, labels))), [-1]),
      weights: tf.cast(tf.greaterEqual(labels, 0), 'float32'),
      group: tf.zeros([labels.size], 'int32'),
    },
    attributes: { bins: 30, groupCount: 1 },
    outputBytes: 4 * logits.size,
  }),
  'average-precision-ranking': ({ logits, labels }) => ({
    operation: averagePrecisionRanking,
    inputs: {
      scores: tf.reshape(logits, [-1]),
      targets: tf.reshape(
        tf.where(
          tf.greaterEqual(tf.expandDims(labels, 1), 0),
          targetsOf(logits, labels),
          tf.fill(logits.shape, -1),
        ),
        [-1],
      ),
    },
    attributes: { delta: 0.5 },
    outputBytes: 4 * logits.size,
  }),
};

/** [n] the highest probability of each anchor. */
function highest({ logits }: Inputs): tf.Tensor {
  return tf.sigmoid(tf.max(logits, 1));
}

function backgroundOf({ logits, labels }: Inputs): tf.Tensor {
  return tf.equal(labels, logits.shape[1]);
}

/** [n, C] 1 at a positive's class. */
function targetsOf(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  const classes = tf.range(0, logits.shape[1]!, 1, 'int32');
  return tf.cast(tf.equal(tf.expandDims(labels, 1), classes), 'float32');
}
