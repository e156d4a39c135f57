import { isIgnored, isPositive, type Batch } from '../batches/batch.ts';
import type { Figures } from '../support/observe.ts';
import { stepOf } from './step-of.ts';
import { defineLaw, type Law } from './law.ts';

/**
 * Weights are finite, ≥ 0, and 0 at ignored samples; box weights are 0 wherever a sample is no positive; normalisers are finite and
 * ≥ 1. Classification weights are [n] or [n, C], box weights [n].
 */
export const weightsAreLawful: Law = defineLaw({
  name: 'weights are finite, ≥ 0, and 0 at ignored samples',
  async check(subject, { seed, batches: [batch] }) {
    const figures = await stepOf(subject.make(), batch!, seed);
    for (const task of ['classification', 'box'] as const) checkWeights(batch!, task, figures);
    for (const name of ['classification normalizer', 'box normalizer']) {
      const [value] = Array.from(figures[name]!);
      if (!(Number.isFinite(value) && value! >= 1)) throw new Error(`${name} ${value}, expected ≥ 1`);
    }
  },
});

function checkWeights(batch: Batch, task: 'classification' | 'box', figures: Figures): void {
  const weights = figures[`${task} weights`]!;
  const n = batch.rows.length;
  const columns = weights.length / n;
  if (columns !== 1 && (task === 'box' || columns !== batch.classes || batch.activation === 'softmax')) {
    throw new Error(`${weights.length} ${task} weights of ${n} samples and ${batch.classes} classes`);
  }
  batch.rows.forEach((row, i) => {
    for (let column = 0; column < columns; column += 1) {
      const weight = weights[i * columns + column]!;
      const of = `${task} weight ${weight} of sample ${i}`;
      if (!(Number.isFinite(weight) && weight >= 0)) throw new Error(`${of}, expected a finite number ≥ 0`);
      if (weight !== 0 && isIgnored(batch, row)) throw new Error(`${of}, which is ignored`);
      if (weight !== 0 && task === 'box' && !isPositive(batch, row)) {
        throw new Error(`${of}, which is no positive`);
      }
    }
  });
}
