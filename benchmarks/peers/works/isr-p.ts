import { defaultTask, seededRandom, type Samples } from '@equipoise/core';
import { isrP } from '@equipoise/pisa';
import * as tf from '@tensorflow/tfjs-core';
import { samplesWithPositives, withRandomLabels } from './samples.ts';
import type { Work } from './work.ts';

const POSITIVES = 0.02;

/** What both kinds of labels share: the sample weights of ISR-P over cross-entropy. */
function isrPWork(work: Pick<Work, 'name' | 'title' | 'inputs'>): Work {
  return {
    ...work,
    sizes: [{ anchors: 100_000, classes: 80 }],
    quickSizes: [{ anchors: 2000, classes: 80 }],
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
}

/** The anchors of a detector: those of a ground truth have its label, so that mmdetection sorts once a ground truth. */
export const isrPOfPool: Work = isrPWork({
  name: 'isr-p',
  title: 'ISR-P, 2 % positives',
  inputs: (size, source) => samplesWithPositives(size, source, POSITIVES),
});

/** The named worst case: each positive has any label, and mmdetection sorts nearly as often as there are positives. */
export const isrPOfRandomLabels: Work = isrPWork({
  name: 'isr-p-random',
  title: 'ISR-P, 2 % positives, random labels (worst case)',
  inputs: (size, source) => withRandomLabels(samplesWithPositives(size, source, POSITIVES), size.classes),
});
