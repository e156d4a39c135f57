import type { Criterion, CriterionCheckpoint } from '@equipoise/core';
import { criterion } from '@equipoise/core';
import type { Batch } from '../batches/batch.ts';
import { disposeSamples, samplesOf } from '../batches/samples-of.ts';
import { computeStep, read, type Figures } from '../support/observe.ts';
import { demandSame } from '../support/same.ts';
import { defineLaw, type Law } from './law.ts';

const STEPS = 3;

/**
 * All that a strategy remembers is its state: training that is saved and restored as JSON in the middle goes on as if it had not been
 * interrupted, and a strategy that has been used starts anew like a new one.
 */
export const stateIsThreaded: Law = defineLaw({
  name: 'all memory is in the state: saved and restored in the middle equals one long run',
  steps: STEPS,
  maxRows: 10,
  async check({ make }, { seed, batches }) {
    const strategy = make();
    const wanted = await run(criterion(strategy, {}, { seed }), batches);
    const cut = seed % STEPS;
    // By the strategy that ran before, then by a new one: what either remembers beside its state shows.
    const interrupted = criterion(strategy, {}, { seed });
    const head = await run(interrupted, batches.slice(0, cut), false);
    const saved = JSON.stringify(await interrupted.save());
    interrupted.dispose();
    const resumed = criterion(make(), {}, { seed: seed + 1 });
    resumed.restore(JSON.parse(saved) as CriterionCheckpoint);
    const parts = [...head, ...(await run(resumed, batches.slice(cut)))];
    wanted.forEach((step, i) => {
      const said = i < cut ? 'the strategy was used before' : `training is restored before step ${cut}`;
      demandSame(step, parts[i]!, `step ${i} differs when ${said}`);
    });
  },
});

async function run(steps: Criterion, batches: readonly Batch[], last = true): Promise<Figures[]> {
  const figures: Figures[] = [];
  for (const batch of batches) {
    const samples = samplesOf(batch);
    figures.push(await read(computeStep(steps, samples)));
    disposeSamples(samples);
  }
  if (last) steps.dispose();
  return figures;
}
