import { alrpRanking, averagePrecisionRanking, rankSortRanking } from '@equipoise/ap-loss';
import { seededRandom } from '@equipoise/core';
import { agrees } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { everywhere, expectSameAsHost } from './everywhere.ts';

/** `composed` sums in float32. */
const NEAR = { relative: 1e-3, absolute: 1e-4 };

interface Rows {
  readonly seed: number;
  readonly n: number;
  /** How many scores there are: few make ties. */
  readonly steps: number;
  /** Shares of positives and of ignored entries. */
  readonly positive: number;
  readonly ignored: number;
}

function inputsOf({ seed, n, steps, positive, ignored }: Rows) {
  const random = seededRandom(seed);
  const kinds = random.uniform(n);
  const qualities = random.uniform(n);
  return {
    scores: tf.tensor1d(Float32Array.from({ length: n }, () => (8 * random.below(steps)) / steps - 5)),
    targets: tf.tensor1d(
      kinds.map((kind, i) => (kind < positive ? 0.1 + qualities[i]! : kind < positive + ignored ? -1 : 0)),
    ),
  };
}

/** The same, with a localisation error for each. */
function withErrors(rows: Rows) {
  return { ...inputsOf(rows), errors: tf.tensor1d(seededRandom(rows.seed + 1).uniform(rows.n)) };
}

const rows = {
  seed: fc.nat(1 << 30),
  n: fc.constantFrom(0, 1, 2, 3, 8, 33, 120),
  steps: fc.constantFrom(1, 4, 1 << 20),
  positive: fc.constantFrom(0, 0.2, 1),
  ignored: fc.constantFrom(0, 0.2),
};
const drawn = fc.record({ ...rows, delta: fc.constantFrom(0.5, 1) });
const large = { seed: 9, n: 6000, steps: 1 << 20, positive: 0.1, ignored: 0.1 };

everywhere('AveragePrecisionRanking', () => {
  test('is one law', async () => {
    const law = agrees(
      averagePrecisionRanking,
      drawn,
      ({ delta, ...given }) => [inputsOf(given), { delta }],
      NEAR,
    );
    await expect(fc.assert(law, { numRuns: 40 })).resolves.toBeUndefined();
  });

  test.each([0, 1])('gives the bits of the host at 6,000 entries, δ %d', (delta) => {
    expectSameAsHost(averagePrecisionRanking, inputsOf(large), { delta });
  });
});

everywhere('AlrpRanking', () => {
  test('is one law', async () => {
    const law = agrees(alrpRanking, drawn, ({ delta, ...given }) => [withErrors(given), { delta }], NEAR);
    await expect(fc.assert(law, { numRuns: 40 })).resolves.toBeUndefined();
  });

  test.each([0, 1])('gives the bits of the host at 6,000 entries, δ %d', (delta) => {
    expectSameAsHost(alrpRanking, withErrors(large), { delta });
  });
});

everywhere('RankSortRanking', () => {
  test('is one law', async () => {
    const law = agrees(rankSortRanking, drawn, ({ delta, ...given }) => [inputsOf(given), { delta }], NEAR);
    await expect(fc.assert(law, { numRuns: 40 })).resolves.toBeUndefined();
  });

  test.each([0, 0.5])('gives what the host gives at 6,000 entries, δ %d', (delta) => {
    expectSameAsHost(rankSortRanking, inputsOf(large), { delta });
  });
});
