import { anchorGenerator, assignBatch, criterion, deltaCoder } from '@equipoise/core';
import { focal } from '@equipoise/focal';
import * as tf from '@tensorflow/tfjs-core';
import type { Predictions } from './head.ts';
import { type Box, CELL, type Scenes, SIZE } from './scenes.ts';

export interface Trainer {
  /** Trains a step; gives its loss. */
  readonly step: () => Promise<number>;
  /** The box of highest score in each image. */
  readonly best: () => Promise<Box[]>;
}

/** Trains a head on the scenes with focal loss. */
export function trainer(predict: (features: tf.Tensor2D) => Predictions, given: Scenes): Trainer {
  const side = SIZE / CELL;
  const { anchors } = anchorGenerator({ strides: [CELL], scales: [2], centres: 'cell' }).flat([[side, side]]);
  const truths = given.scenes.map(({ box }) => ({
    boxes: tf.tensor2d([[...box]]),
    classes: tf.tensor1d([0], 'int32'),
  }));
  const targets = assignBatch(anchors, truths, { classCount: 1 });
  const features = tf.tensor2d(given.features, [given.scenes.length * side * side, given.featureCount]);
  const loss = criterion(focal());
  const optimizer = tf.train.adam(0.01);
  return {
    async step() {
      const value = optimizer.minimize(() => loss.loss({ ...targets, ...predict(features) }).total, true)!;
      const [number] = await value.data();
      value.dispose();
      return number!;
    },
    async best() {
      const chosen = tf.tidy(() => {
        const { logits, deltas } = predict(features);
        const boxes = deltaCoder().decode(tf.tile(anchors, [given.scenes.length, 1]), deltas);
        const first = tf.argMax(tf.reshape(logits, [given.scenes.length, side * side]), 1);
        const rows = tf.add(first, tf.range(0, given.scenes.length * side * side, side * side, 'int32'));
        return tf.gather(boxes, tf.cast(rows, 'int32'));
      });
      const numbers = [...(await chosen.data())];
      chosen.dispose();
      return given.scenes.map((_, i) => numbers.slice(4 * i, 4 * i + 4) as unknown as Box);
    },
  };
}
