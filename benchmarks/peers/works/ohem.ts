import { defaultTask, seededRandom, smoothL1, type Samples, type Task } from '@equipoise/core';
import { ohem } from '@equipoise/ohem';
import * as tf from '@tensorflow/tfjs-core';
import { roiScenes } from '../inputs/roi-scenes.ts';
import type { Work } from './work.ts';

const IMAGES = 8;
const KEPT = 128;
const TASK: Task = { ...defaultTask, activation: 'softmax', boxLoss: smoothL1({ beta: 1 }) };

/** Online hard example mining of 2,000 RoIs in each of 8 images: losses, NMS by loss, the 128 hardest of each image. */
export const ohemWork: Work = {
  name: 'ohem',
  title: 'OHEM with NMS, 128 of 2,000 RoIs in 8 images',
  sizes: [{ anchors: 16_000, classes: 20 }],
  quickSizes: [{ anchors: 2400, classes: 20 }],
  inputs: ({ anchors, classes }) =>
    roiScenes({ images: IMAGES, roisPerImage: Math.floor(anchors / IMAGES), classes }),
  ours(inputs) {
    const strategy = ohem({ preset: 'official', scope: 'image', count: KEPT });
    const random = seededRandom(0);
    return () =>
      tf.tidy(() => {
        const samples = { ...inputs, imageCount: IMAGES, task: TASK } as unknown as Samples;
        const [{ classification }] = strategy.apply(samples, undefined, random);
        return [classification];
      });
  },
  outputs: [{ kind: 'numbers', within: 0 }],
  peers: ['official OHEM', 'official OHEM, torchvision NMS'],
  targets: [{ against: ['official OHEM', 'official OHEM, torchvision NMS'], atLeast: 5 }],
};
