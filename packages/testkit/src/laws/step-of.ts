import type { Random, SampleStrategy, StrategyState } from '@equipoise/core';
import { seededRandom } from '@equipoise/core';
import type { Batch } from '../batches/batch.ts';
import { disposeSamples, samplesOf } from '../batches/samples-of.ts';
import { compute, read, type Figures } from '../support/observe.ts';
import { releaseState } from '../support/states.ts';

/** The first step of a strategy on a batch, without gradient. */
export async function stepOf(
  strategy: SampleStrategy<StrategyState>,
  batch: Batch,
  random: Random | number,
): Promise<Figures> {
  const samples = samplesOf(batch);
  const state = strategy.init();
  const generator = typeof random === 'number' ? seededRandom(random) : random;
  const { tensors, next } = compute(strategy, samples, state, generator);
  releaseState(state, next);
  disposeSamples(samples);
  return read(tensors);
}
