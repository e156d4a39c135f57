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

/**
 * No two samples predict alike: each number is off the grid of those drawn by an amount of its own. For logits these are squares modulo a
 * prime, so that differences within a sample, on which a softmax depends, are of its own too; and logits are small, so that float32 tells
 * probabilities apart.
 */
function withoutTies(batch: Batch): Batch {
  const moved = (row: Row, i: number): Row => ({
    ...row,
    logits: row.logits.map((value, k) => {
      const place = i * row.logits.length + k + 1;
      return Math.round(value) / 4 + ((place * place) % PRIME) / (4 * PRIME);
    }),
    deltas: row.deltas.map((value, k) => value + (4 * i + k + 1) / 2048),
  });
  return withRows(batch, batch.rows.map(moved));
}

/** Above twice the number of logits of a batch, so that no two squares are equal. */
const PRIME = 2039;

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
