import { averagePrecisionLoss } from '@equipoise/ap-loss';
import * as tf from '@tensorflow/tfjs-core';
import { inputArraysOf } from '../../throughput/inputs.ts';
import { withPositives } from './samples.ts';
import type { Work } from './work.ts';

const POSITIVES = 0.02;

/** AP-Loss of one score an anchor, with its error-driven gradient. */
export const apLossWork: Work = {
  name: 'ap-loss',
  title: 'AP-Loss, 2 % positives, forward + backward',
  sizes: [{ anchors: 100_000, classes: 1 }],
  quickSizes: [{ anchors: 2000, classes: 1 }],
  inputs({ anchors }, source) {
    // The pool of three classes, which has enough positives; of each row the highest logit.
    const { logits, labels } = inputArraysOf({ anchors, classes: 3, source, stage: 'middle' });
    const kept = withPositives(labels, 3, Math.round(POSITIVES * anchors));
    return {
      scores: {
        shape: [anchors],
        values: Float32Array.from(kept, (_, i) => Math.max(...logits.subarray(3 * i, 3 * i + 3))),
      },
      targets: {
        shape: [anchors],
        values: Float32Array.from(kept, (label) => (label < 0 ? -1 : label < 3 ? 1 : 0)),
      },
    };
  },
  ours(inputs) {
    const targets = inputs['targets'] as tf.Tensor1D;
    const step = tf.valueAndGrad((scores: tf.Tensor) => averagePrecisionLoss(scores as tf.Tensor1D, targets));
    return () =>
      tf.tidy(() => {
        const { value, grad } = step(inputs['scores']!);
        return [value, grad];
      });
  },
  outputs: [
    { kind: 'numbers', within: 1e-4 },
    { kind: 'numbers', within: 1e-4 },
  ],
  peers: ['official AP-Loss'],
  targets: [{ against: ['official AP-Loss'], atLeast: 20 }],
};
