import { criterion } from '@equipoise/core';
import type { Batch } from '../batches/batch.ts';
import { disposeSamples, samplesOf } from '../batches/samples-of.ts';
import { computeWithGradients, read, type Figures } from '../support/observe.ts';
import type { Make } from './law.ts';

/** The first step of a strategy on a batch through the criterion, with gradients. */
export async function gradientsOf(make: Make, batch: Batch, seed: number): Promise<Figures> {
  const samples = samplesOf(batch);
  const steps = criterion(make(), {}, { seed });
  const tensors = computeWithGradients(steps, samples);
  steps.dispose();
  disposeSamples(samples);
  return read(tensors);
}
