import type { Arbitrary } from 'fast-check';
import { constantFrom, tuple } from 'fast-check';
import type { Batch, Row } from '../batches/batch.ts';
import { isIgnored, withRows } from '../batches/batch.ts';
import type { Figures } from '../support/observe.ts';
import { gradientsOf } from './gradients-of.ts';
import { defineLaw, type Law, type LawCase } from './law.ts';

const negative = (row: Row, batch: Batch): Row => ({ ...row, label: batch.classes, groundTruth: -1 });
const eachLogit = (of: (value: number) => number) => (row: Row) => ({ ...row, logits: row.logits.map(of) });
const eachRow = (of: (row: Row, batch: Batch) => Row) => (batch: Batch) =>
  withRows(
    batch,
    batch.rows.map((row) => of(row, batch)),
  );

/** Batches at the edge of what happens in training. */
const EXTREMES: Readonly<Record<string, (batch: Batch) => Batch>> = {
  'no samples': (batch) => withRows(batch, []),
  'one sample': (batch) => withRows(batch, batch.rows.slice(0, 1)),
  'all ignored': eachRow((row) => ({ ...row, label: -1, groundTruth: -1 })),
  'all of label weight 0': (batch) => ({
    ...withRows(
      batch,
      batch.rows.map((row) => ({ ...row, weight: 0 })),
    ),
    fields: [...new Set([...batch.fields, 'weights' as const])],
  }),
  'no positives': eachRow((row, batch) => (row.label >= 0 ? negative(row, batch) : row)),
  'no negatives': eachRow((row, batch) => (row.label === batch.classes ? { ...row, label: 0 } : row)),
  'equal logits': eachRow(eachLogit(() => 0)),
  'logits of ±100': eachRow(eachLogit((value) => (value < 0 ? -100 : 100))),
  'denormal logits': eachRow(eachLogit((value) => value * 1e-40)),
  'denormal deltas': eachRow((row) => ({ ...row, deltas: row.deltas.map((value) => value * 1e-40) })),
};

/**
 * No samples, one, all ignored, no positives, no negatives, equal logits, logits of ±100, denormals: losses and gradients are finite
 * and losses connected to the logits; where nothing counts, both are 0.
 */
export const extremesAreFinite: Law = defineLaw({
  name: 'edge cases give finite losses and gradients',
  maxRows: 12,
  prepare: (drawn: Arbitrary<LawCase>) =>
    tuple(drawn, constantFrom(...Object.values(EXTREMES))).map(([{ seed, batches }, extreme]) => ({
      seed,
      batches: batches.map(extreme),
    })),
  async check({ make }, { seed, batches: [batch] }) {
    const figures = await gradientsOf(make, batch!, seed);
    const nothingCounts = batch!.rows.every((row) => isIgnored(batch!, row));
    for (const name of CHECKED) demandFinite(name, figures, nothingCounts);
  },
});

const CHECKED = ['classification loss', 'box loss', 'gradient by logits', 'gradient by deltas'];

function demandFinite(name: string, figures: Figures, zero: boolean): void {
  const values = Array.from(figures[name] ?? []);
  const at = values.findIndex((value) => !Number.isFinite(value) || (zero && value !== 0));
  if (at < 0) return;
  const place = values.length > 1 ? ` [${at}]` : '';
  throw new Error(
    `${name}${place} is ${values[at]}, expected ${zero ? '0, since nothing counts' : 'a finite number'}`,
  );
}
