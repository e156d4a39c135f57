import { seededRandom } from '@equipoise/core';
import type { Batch, Row } from '../batches/batch.ts';
import { withRows } from '../batches/batch.ts';
import type { Figures } from '../support/observe.ts';
import { demandSame } from '../support/same.ts';
import { watchedRandom } from '../support/watched-random.ts';
import { stepOf } from './step-of.ts';
import { defineLaw, type Law } from './law.ts';

/**
 * Samples in another order get the same weights in that order, and the losses stay. Ties, which go to the lower index, are kept out of
 * the batch. Where a strategy draws a number for each sample, samples take their numbers along; a strategy that draws in another way is
 * exempt.
 */
export const orderDoesNotMatter: Law = defineLaw({
  name: 'samples in another order get the same weights',
  async check({ make }, { seed, batches: [drawn] }) {
    const batch = withoutTies(drawn!);
    const n = batch.rows.length;
    const random = watchedRandom(seed, n);
    const wanted = await stepOf(make(), batch, random);
    if (!random.drewBySample()) return;
    const order = seededRandom(seed).permutation(n);
    const permuted = withRows(
      batch,
      [...order].map((place) => batch.rows[place]!),
    );
    const got = await stepOf(make(), permuted, watchedRandom(seed, n, order));
    demandSame(inOrder(wanted, order, n), got, 'a batch in another order differs', NEAR);
  },
});

/** Sums are taken in another order. */
const NEAR = { relative: 1e-4, absolute: 1e-6 };

/** No two samples predict the same: each is off the grid of the drawn numbers by an amount of its own. */
function withoutTies(batch: Batch): Batch {
  const moved = (row: Row, i: number): Row => {
    const own = (i + 1) / 512;
    const apart = (values: readonly number[]): number[] =>
      values.map((value, k) => value + own * (1 + k / 8));
    return { ...row, logits: apart(row.logits), deltas: apart(row.deltas) };
  };
  return withRows(batch, batch.rows.map(moved));
}

/** Weights by sample, reordered; sums stay. */
function inOrder(figures: Figures, order: ArrayLike<number>, n: number): Figures {
  const entries = Object.entries(figures).map(([name, values]) => {
    if (!name.endsWith('weights')) return [name, values] as const;
    const columns = values.length / n;
    const rows = Array.from(order, (place) =>
      Array.from({ length: columns }, (_, column) => values[place * columns + column]!),
    );
    return [name, rows.flat()] as const;
  });
  return Object.fromEntries(entries);
}
