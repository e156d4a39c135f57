import { criterion } from '@equipoise/core';
import { memory } from '@tensorflow/tfjs-core';
import { disposeSamples, samplesOf } from '../batches/samples-of.ts';
import { computeWithGradients, read } from '../support/observe.ts';
import { defineLaw, type Law } from './law.ts';

const STEPS = 1000;

/** A thousand steps with gradients leave no tensor behind. Takes seconds: to be run once (`numRuns: 1`). */
export const leaksNothing: Law = defineLaw({
  name: 'a thousand steps leave no tensor behind',
  minRows: 4,
  maxRows: 4,
  shrinks: false,
  async check({ make }, { seed, batches: [batch] }) {
    const tensors = memory().numTensors;
    const samples = samplesOf(batch!);
    const steps = criterion(make(), {}, { seed });
    let last = computeWithGradients(steps, samples);
    const settled = memory().numTensors;
    for (let step = 1; step < STEPS; step += 1) {
      for (const tensor of Object.values(last)) tensor.dispose();
      last = computeWithGradients(steps, samples);
    }
    const grown = memory().numTensors - settled;
    if (grown !== 0) throw new Error(`${STEPS - 1} steps left ${grown} tensors behind`);
    await read(last);
    steps.dispose();
    disposeSamples(samples);
    const left = memory().numTensors - tensors;
    if (left !== 0) throw new Error(`${left} tensors are left after dispose`);
  },
});
