import { seededRandom } from '@equipoise/core';
import { disposeSamples, samplesOf } from '../batches/samples-of.ts';
import { compute, read } from '../support/observe.ts';
import { demandSame } from '../support/same.ts';
import { releaseState } from '../support/states.ts';
import { withoutMathRandom } from '../support/without-math-random.ts';
import { stepOf } from './step-of.ts';
import { defineLaw, type Law } from './law.ts';

/** The same samples, state and seed give the same step, bit for bit, and nobody else is asked for random numbers. */
export const randomnessIsHandedIn: Law = defineLaw({
  name: 'one seed gives one result, by the handed generator alone',
  async check({ make }, { seed, batches: [batch] }) {
    const first = await stepOf(make(), batch!, seed);
    const strategy = make();
    const samples = samplesOf(batch!);
    const state = strategy.init();
    const { tensors, next } = withoutMathRandom(() => compute(strategy, samples, state, seededRandom(seed)));
    releaseState(state, next);
    disposeSamples(samples);
    demandSame(first, await read(tensors), 'two runs from one seed differ');
  },
});
