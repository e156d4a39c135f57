import { criterion } from '@equipoise/core';
import { ghmC } from '@equipoise/ghm';
import { lossAndGradient } from './loss-and-gradient.ts';
import { logitsAndLabels } from './samples.ts';
import type { Work } from './work.ts';

/** GHM-C with a running density, number for number mmdetection's; what is compared is the first step. */
export const ghmCWork: Work = {
  name: 'ghm-c',
  title: 'GHM-C, 30 bins, EMA, forward + backward',
  sizes: [{ anchors: 100_000, classes: 80 }],
  quickSizes: [{ anchors: 1000, classes: 80 }],
  inputs: logitsAndLabels,
  ours: (inputs) => lossAndGradient(criterion(ghmC({ preset: 'mmdet' })), inputs),
  outputs: [
    { kind: 'numbers', within: 1e-4 },
    { kind: 'numbers', within: 1e-4 },
  ],
  peers: ['mmdet eager'],
  targets: [{ against: ['mmdet eager'], atLeast: 12 }],
};
