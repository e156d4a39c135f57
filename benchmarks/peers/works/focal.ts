import { criterion } from '@equipoise/core';
import { focal } from '@equipoise/focal';
import { logitsAndLabels } from './samples.ts';
import { lossAndGradient } from './loss-and-gradient.ts';
import type { Work } from './work.ts';

/** Sigmoid focal loss over the positives, from logits and labels to the loss and its gradient. */
export const focalWork: Work = {
  name: 'focal',
  title: 'sigmoid focal, forward + backward',
  sizes: [
    { anchors: 10_000, classes: 80 },
    { anchors: 100_000, classes: 80 },
  ],
  quickSizes: [{ anchors: 1000, classes: 80 }],
  inputs: logitsAndLabels,
  ours: (inputs) => lossAndGradient(criterion(focal()), inputs),
  outputs: [
    { kind: 'numbers', within: 1e-4 },
    { kind: 'numbers', within: 1e-4 },
  ],
  peers: ['mmdet eager', 'torchvision', 'torch.compile', 'torch.compile, grad_and_value', 'JAX jit'],
  targets: [
    { against: ['mmdet eager'], atLeast: 4 },
    { against: ['torch.compile', 'JAX jit'], atLeast: 1.2 },
    // What a training loop does not write, but could: a target of its own, so that it hides behind no other.
    { against: ['torch.compile, grad_and_value'], atLeast: 1.2 },
  ],
};
