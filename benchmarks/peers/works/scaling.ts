import { selectTopK } from '@equipoise/core';
import * as tf from '@tensorflow/tfjs-core';
import { inputArraysOf } from '../../throughput/inputs.ts';
import { apLossWork } from './ap-loss.ts';
import { anchorsAndBoxes, assign } from './assignment.ts';
import { focalWork } from './focal.ts';
import type { Size, Work } from './work.ts';

const LENGTHS = [10_000, 100_000, 1_000_000, 10_000_000];

const sizesOf = (classes: number, lengths: readonly number[]): Size[] =>
  lengths.map((anchors) => ({ anchors, classes }));

/** Works that are measured against themselves: whether the time of an anchor grows with their number. */
export const scalingWorks: readonly Work[] = [
  scaling({
    ...focalWork,
    name: 'scaling-focal',
    title: 'sigmoid focal, forward + backward, against the number of anchors',
  }),
  scaling({
    name: 'scaling-assignment',
    title: 'max-IoU assignment, 50 boxes, against the number of anchors',
    inputs: anchorsAndBoxes,
    ours: assign,
    outputs: [
      { kind: 'numbers', within: 0 },
      { kind: 'numbers', within: 0 },
      { kind: 'numbers', within: 1e-6 },
    ],
  }),
  scaling({
    ...apLossWork,
    name: 'scaling-ap-loss',
    title: 'AP-Loss, which sorts, against the number of anchors',
  }),
  scaling({
    name: 'scaling-top-k',
    title: 'the 1 % of highest score, against the number of anchors',
    inputs({ anchors, classes }, source) {
      const { logits } = inputArraysOf({ anchors, classes, source, stage: 'middle' });
      return { scores: { shape: [anchors], values: logits } };
    },
    ours(inputs) {
      const scores = inputs['scores'] as tf.Tensor1D;
      const n = scores.size;
      const given = {
        scores,
        eligible: tf.ones<tf.Rank.R1>([n]),
        image: tf.zeros<tf.Rank.R1>([n], 'int32'),
        k: tf.tensor1d([Math.ceil(n / 100)]),
      };
      return () => [selectTopK(given, { imageCount: 1 })];
    },
    outputs: [{ kind: 'numbers', within: 0 }],
  }),
];

function scaling(work: Pick<Work, 'name' | 'title' | 'inputs' | 'ours' | 'outputs'>): Work {
  return {
    ...work,
    sizes: sizesOf(1, LENGTHS),
    quickSizes: sizesOf(1, [1000, 10_000]),
    peers: [],
    targets: [],
  };
}
