import { nms } from '@equipoise/core';
import * as tf from '@tensorflow/tfjs-core';
import { seededRandom } from '../../throughput/random-numbers.ts';
import type { Arrays } from '../inputs/arrays.ts';
import { pictureOf } from '../inputs/picture.ts';
import type { Size, Tensors, Work } from './work.ts';

const IOU = 0.5;

/** What both kinds of boxes share. */
function nmsWork(
  work: Pick<Work, 'name' | 'title' | 'sizes' | 'quickSizes' | 'inputs'>,
  scoreThreshold: number,
): Work {
  const call = (inputs: Tensors, bound: { readonly maxOutput?: number }) => () => {
    const [boxes, scores] = [inputs['boxes'] as tf.Tensor2D, inputs['scores'] as tf.Tensor1D];
    const { indices, count } = nms(boxes, scores, { iouThreshold: IOU, scoreThreshold, ...bound });
    count.dispose();
    return [indices];
  };
  return {
    ...work,
    ours: (inputs) => call(inputs, {}),
    // One round a box that may come out: as many as do.
    bounded: (inputs) => call(inputs, { maxOutput: inputs['kept']!.size }),
    tfjs: {
      name: 'tf.image.nonMaxSuppression',
      run: (inputs) => async () => {
        const [boxes, scores] = [inputs['boxes'] as tf.Tensor2D, inputs['scores'] as tf.Tensor1D];
        return [await tf.image.nonMaxSuppressionAsync(boxes, scores, scores.size, IOU, scoreThreshold)];
      },
    },
    outputs: [{ kind: 'indices' }],
    peers: ['torchvision'],
    targets: [
      { against: ['torchvision'], atLeast: 5 },
      { against: ['tf.image.nonMaxSuppression'], atLeast: 10 },
    ],
  };
}

/** The boxes of a detector after 100 steps, with a score above .05. */
export const nmsOfPool: Work = nmsWork(
  {
    name: 'nms-pool',
    title: 'NMS at IoU .5, boxes of a detector, scores > .05',
    sizes: [{ anchors: 100_000, classes: 3 }],
    quickSizes: [{ anchors: 2000, classes: 3 }],
    inputs(size, source) {
      const { boxes, scores } = pictureOf({ ...size, source, stage: 'middle' });
      return withKept({ boxes, scores, threshold: { shape: [], values: Float32Array.of(0.05) } }, 0.05);
    },
  },
  0.05,
);

/** The named worst case: squares anywhere, few of which overlap. */
export const nmsOfRandomBoxes: Work = nmsWork(
  {
    name: 'nms-random',
    title: 'NMS at IoU .5, random boxes (worst case)',
    sizes: [{ anchors: 10_000, classes: 1 }],
    quickSizes: [{ anchors: 500, classes: 1 }],
    inputs: (size) =>
      withKept({ ...randomBoxes(size), threshold: { shape: [], values: Float32Array.of(0) } }, 0),
  },
  0,
);

function randomBoxes({ anchors: n }: Size): Arrays {
  const random = seededRandom(3);
  const boxes = new Float32Array(4 * n);
  for (let i = 0; i < n; i++) {
    const [x, y] = [1000 * random(), 1000 * random()];
    boxes.set([x, y, x + 10 + 90 * random(), y + 10 + 90 * random()], 4 * i);
  }
  return {
    boxes: { shape: [n, 4], values: boxes },
    scores: { shape: [n], values: Float32Array.from({ length: n }, () => 1 - random()) },
  };
}

/** With an array that is as long as many boxes are kept. */
function withKept(arrays: Arrays, scoreThreshold: number): Arrays {
  const { boxes, scores } = arrays;
  const count = tf.tidy(() => {
    const given = [
      tf.tensor2d(boxes!.values, boxes!.shape as [number, number]),
      tf.tensor1d(scores!.values),
    ] as const;
    return nms(...given, { iouThreshold: IOU, scoreThreshold }).count.dataSync()[0]!;
  });
  return { ...arrays, kept: { shape: [count], values: new Float32Array(count) } };
}
