// A checkpoint in the middle of training: model, optimizer and the strategy's memory, here the running density of GHM. What goes on from it
// equals what was never interrupted, bit by bit.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { criterion } from '@equipoise/core';
import { ghmC } from '@equipoise/ghm';
import { type Tensor2D, tidy, train } from '@tensorflow/tfjs-core';
import { loadModel, remember, save, type Training } from './checkpoint.ts';
import { detector, scene } from './scene.ts';

const begin = (model = detector()): Training => ({
  model,
  optimizer: train.momentum(0.1, 0.9),
  steps: criterion(ghmC({ momentum: 0.9 })),
});

function run({ model, optimizer, steps }: Training, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    tidy(() => {
      const { features, labels } = scene(i, 200);
      optimizer.minimize(() => steps.loss({ logits: model.apply(features) as Tensor2D, labels }).total);
    });
  }
}

const bitsOf = ({ model }: Training): string =>
  model
    .getWeights()
    .map((weight) => Buffer.from(weight.dataSync().slice().buffer).toString('hex'))
    .join(' ');

function compare(what: string, one: Training, other: Training): void {
  console.log(`${what}: ${bitsOf(one) === bitsOf(other) ? 'equals' : 'differs from'} the uninterrupted run`);
}

const whole = begin();
run(whole, 0, 20);

const first = begin();
run(first, 0, 8);
const where = mkdtempSync(path.join(os.tmpdir(), 'strategy-state-'));
await save(first, where);

const resumed = begin(await loadModel(where));
await remember(resumed, where);
run(resumed, 8, 20);
compare('resumed', resumed, whole);

const forgetful = begin(await loadModel(where));
await remember({ ...forgetful, steps: begin().steps }, where);
run(forgetful, 8, 20);
compare("resumed without the strategy's state", forgetful, whole);
rmSync(where, { recursive: true });
