import { defaultTask, seededRandom, type Samples } from '@equipoise/core';
import { isrP } from '@equipoise/pisa';
import * as tf from '@tensorflow/tfjs-core';
import { samplesWithPositives } from './samples.ts';
import type { Work } from './work.ts';

/** The sample weights of ISR-P over cross-entropy. */
export const isrPWork: Work = {
  name: 'isr-p',
  title: 'ISR-P, 2 % positives',
  sizes: [{ anchors: 100_000, classes: 80 }],
  quickSizes: [{ anchors: 2000, classes: 80 }],
  inputs: (size, source) => samplesWithPositives(size, source, 0.02),
  ours(inputs) {
    const strategy = isrP({ preset: 'mmdet' });
    const random = seededRandom(0);
    return () =>
      tf.tidy(() => {
        // Fresh samples: what is derived from them is computed once a step.
        const samples = { ...inputs, task: defaultTask } as unknown as Samples;
        const [{ classification }] = strategy.apply(samples, undefined, random);
        return [classification];
      });
  },
  // Positives whose IoU differs in the last bit may change places: exp is rounded differently.
  outputs: [{ kind: 'numbers', within: 1e-3, exceptions: 1e-4 }],
  peers: ['mmdet eager'],
  targets: [{ against: ['mmdet eager'], atLeast: 8 }],
};
