import { priorBias } from '@equipoise/focal';
import * as tf from '@tensorflow/tfjs-core';

/** Predictions for every anchor. */
export interface Predictions {
  /** [n, 1] */
  readonly logits: tf.Tensor2D;
  /** [n, 4] */
  readonly deltas: tf.Tensor2D;
}

/** A detector's head: two layers on the features of each cell, as 1 × 1 convolutions would be. */
export function head(featureCount: number, hidden: number = 32): (features: tf.Tensor2D) => Predictions {
  const layer = (rows: number, columns: number, scale: number, seed: number) =>
    tf.variable(tf.randomNormal<tf.Rank.R2>([rows, columns], 0, scale, 'float32', seed));
  const first = layer(featureCount, hidden, Math.sqrt(2 / featureCount), 1);
  const second = layer(hidden, 5, 0.01, 2);
  // The bias of the logit is that of focal loss: nearly all is background at first.
  const bias = tf.variable(tf.tensor1d([priorBias(0.01), 0, 0, 0, 0]));
  return (features) => {
    const out: tf.Tensor2D = tf.add(
      tf.matMul(tf.relu(tf.matMul<tf.Tensor2D>(features, first)), second),
      bias,
    );
    return { logits: tf.slice(out, [0, 0], [-1, 1]), deltas: tf.slice(out, [0, 1], [-1, 4]) };
  };
}
