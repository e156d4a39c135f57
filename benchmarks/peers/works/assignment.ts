import { assignMaxIou } from '@equipoise/core';
import type * as tf from '@tensorflow/tfjs-core';
import { seededRandom } from '../../throughput/random-numbers.ts';
import type { Source } from '../../throughput/row.ts';
import type { Arrays } from '../inputs/arrays.ts';
import { pictureOf } from '../inputs/picture.ts';
import type { Size, Tensors, Work } from './work.ts';

const BOXES = 50;

/** Anchors of one picture and 50 of its ground truths. */
export function anchorsAndBoxes(size: Size, source: Source): Arrays {
  const { anchors, truths } = pictureOf({ ...size, source, stage: 'middle' });
  const random = seededRandom(9);
  const some = truths
    .map((box) => ({ box, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .slice(0, BOXES);
  return {
    anchors,
    boxes: { shape: [some.length, 4], values: Float32Array.from(some.flatMap(({ box }) => box)) },
  };
}

/** Assigns by IoU as RetinaNet is trained. */
export function assign(inputs: Tensors): () => tf.Tensor[] {
  return () => {
    const [anchors, boxes] = [inputs['anchors'] as tf.Tensor2D, inputs['boxes'] as tf.Tensor2D];
    const { groundTruth, state, maxOverlaps } = assignMaxIou(anchors, boxes, { preset: 'mmdet' });
    return [groundTruth, state, maxOverlaps];
  };
}

/** Max-IoU assignment. */
export const assignmentWork: Work = {
  name: 'assignment',
  title: 'max-IoU assignment, 50 boxes',
  sizes: [{ anchors: 100_000, classes: 3 }],
  quickSizes: [{ anchors: 2000, classes: 3 }],
  inputs: anchorsAndBoxes,
  ours: assign,
  outputs: [
    { kind: 'numbers', within: 0 },
    { kind: 'numbers', within: 0 },
    { kind: 'numbers', within: 1e-6 },
  ],
  peers: ['mmdet eager'],
  targets: [{ against: ['mmdet eager'], atLeast: 8 }],
};
