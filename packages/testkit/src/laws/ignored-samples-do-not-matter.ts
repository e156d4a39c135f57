import { seededRandom } from '@equipoise/core';
import type { Batch, Row } from '../batches/batch.ts';
import { isIgnored, withRows } from '../batches/batch.ts';
import type { Figures } from '../support/observe.ts';
import { demandSame } from '../support/same.ts';
import { gradientsOf } from './gradients-of.ts';
import { defineLaw, type Law } from './law.ts';

/**
 * What an ignored sample predicts, and what it should have predicted, changes no loss, weight or gradient, and its own gradient is 0. A
 * sample of label weight 0 is ignored.
 */
export const ignoredSamplesDoNotMatter: Law = defineLaw({
  name: 'what ignored samples predict changes nothing',
  maxRows: 12,
  async check({ make }, { seed, batches: [batch] }) {
    const wanted = await gradientsOf(make, batch!, seed);
    if (batch!.rows.every((row) => !isIgnored(batch!, row))) return;
    const said = 'a step differs when ignored samples predict something else';
    demandSame(wanted, await gradientsOf(make, otherwise(batch!, seed), seed), said, NEAR);
    demandNoGradient(batch!, wanted);
  },
});

/** Sums may be taken in another order. */
const NEAR = { relative: 1e-5, absolute: 1e-7 };

/** The same batch, but ignored samples predict something else and have other targets. */
function otherwise(batch: Batch, seed: number): Batch {
  const random = seededRandom(seed);
  const eighths = (count: number): number[] =>
    Array.from(random.normal(count), (value) => Math.round(16 * value) / 8);
  const changed = (row: Row): Row => ({
    ...row,
    logits: eighths(row.logits.length).map((value) => 4 * value),
    deltas: eighths(4),
    deltaTargets: eighths(4),
  });
  return withRows(
    batch,
    batch.rows.map((row) => (isIgnored(batch, row) ? changed(row) : row)),
  );
}

function demandNoGradient(batch: Batch, figures: Figures): void {
  for (const name of ['gradient by logits', 'gradient by deltas']) {
    const values = figures[name] ?? [];
    const columns = values.length / batch.rows.length;
    batch.rows.forEach((row, i) => {
      if (!isIgnored(batch, row)) return;
      for (let column = 0; column < columns; column += 1) {
        const value = values[i * columns + column];
        if (value !== 0) throw new Error(`${name} [${i}, ${column}] is ${value} at an ignored sample`);
      }
    });
  }
}
