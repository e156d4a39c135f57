import { seededRandom } from '@equipoise/core';
import type { HeadOutput, HeadTargets } from '@equipoise/ohem';
import * as tf from '@tensorflow/tfjs-core';

/** The size of the measured work. */
export interface Size {
  /** RoIs in all. */
  readonly rois: number;
  readonly images: number;
  readonly classes: number;
  /** Pooled features of a RoI, flattened: 7 × 7 × 64. */
  readonly features: number;
  /** Width of the two fully connected layers. */
  readonly width: number;
}

/** A second stage as in Fast R-CNN: two fully connected layers, then classes and boxes. */
export interface Setting {
  /** Its weights and the pooled features, through which gradients reach the trunk. */
  readonly variables: tf.Variable[];
  readonly features: tf.Variable<tf.Rank.R2>;
  readonly targets: HeadTargets;
  readonly head: (rois: tf.Tensor) => HeadOutput;
}

/** Draws a setting from a seed: one RoI in eight is a positive, RoIs crowd at a few places. */
export function setting({ rois, images, classes, features, width }: Size, seed: number): Setting {
  const random = seededRandom(seed);
  const matrix = (rows: number, columns: number, scale: number): tf.Variable<tf.Rank.R2> => {
    const values = random.normal(rows * columns).map((u) => u * scale);
    return tf.variable(tf.tensor2d(values, [rows, columns]));
  };
  const pooled = matrix(rois, features, 1);
  const first = matrix(features, width, Math.sqrt(2 / features));
  const second = matrix(width, width, Math.sqrt(2 / width));
  const last = matrix(width, classes + 5, 0.1);
  const labels = Int32Array.from(random.uniform(rois), (u) => (u < 1 / 8 ? random.below(classes) : classes));
  return {
    features: pooled,
    variables: [first, second, last, pooled],
    targets: {
      labels: tf.tensor1d(labels, 'int32'),
      image: tf.tensor1d(
        labels.map((_, i) => i % images),
        'int32',
      ),
      imageCount: images,
      anchors: crowdedBoxes(rois, random.uniform(4 * rois)),
      deltaTargets: tf.tensor2d(random.normal(4 * rois), [rois, 4]),
    },
    head(rows) {
      const hidden = tf.relu(
        tf.matMul<tf.Tensor2D>(tf.relu(tf.matMul<tf.Tensor2D>(rows as tf.Tensor2D, first)), second),
      );
      const out = tf.matMul<tf.Tensor2D>(hidden, last);
      return {
        logits: tf.slice2d(out, [0, 0], [-1, classes + 1]),
        deltas: tf.slice2d(out, [0, classes + 1], [-1, 4]),
      };
    },
  };
}

function crowdedBoxes(count: number, uniform: Float32Array): tf.Tensor2D {
  const boxes = Float32Array.from(uniform, (u, at) => {
    const axis = at % 2;
    const corner = Math.floor(uniform[4 * Math.floor(at / 4) + axis]! * 8) * 60;
    return at % 4 < 2 ? corner + 10 * u : corner + 60 + 30 * u;
  });
  return tf.tensor2d(boxes, [count, 4]);
}
