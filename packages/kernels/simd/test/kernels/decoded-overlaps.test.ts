import { alignedIou, decodeDeltas, seededRandom } from '@equipoise/core';
import { agrees } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boxesOf } from './boxes.ts';
import { everywhere, expectSameAsHost, SIZES } from './everywhere.ts';

const drawn = fc.record({
  seed: fc.nat(1 << 30),
  n: fc.constantFrom(...SIZES.filter((size) => size > 0)),
  /** Few places: boxes that are equal, that touch, that are empty. */
  steps: fc.constantFrom(2, 8, 1 << 20),
});

const limits = fc.record({
  mostMove: fc.constantFrom(3, Infinity),
  leastGrowth: fc.constantFrom(-1, -Infinity),
  mostGrowth: fc.constantFrom(1, 4.135, Infinity),
});

interface Rows {
  readonly seed: number;
  readonly n: number;
  readonly steps: number;
}

/** Anchors, and deltas up to ± `spread`. */
function rowsOf({ seed, n, steps }: Rows, spread: number) {
  const random = seededRandom(seed);
  const deltas = random.uniform(4 * n).map((u) => spread * (2 * u - 1));
  return { anchors: boxesOf(random, n, steps), deltas: tf.tensor2d(deltas, [n, 4]) };
}

const SCALES = { means: [0.5, 0, -0.25, 0.125], stds: [0.1, 1, 0.2, 1.5] } as const;
const UNLIMITED = { mostMove: Infinity, leastGrowth: -Infinity, mostGrowth: Infinity };

everywhere('DecodeDeltas', () => {
  test('is one law', async () => {
    const law = agrees(
      decodeDeltas,
      fc.record({ rows: drawn, limits }),
      ({ rows, limits: given }) => [rowsOf(rows, 6), { ...SCALES, ...given }],
      // tfjs-backend-wasm has an exponential of its own.
      { relative: 1e-5, absolute: 1e-4 },
    );
    await expect(fc.assert(law, { numRuns: 40 })).resolves.toBeUndefined();
  });

  test.each([1, 100, 1e9])('gives the bits of the host, deltas up to ± %d', (spread) => {
    const given = rowsOf({ seed: 7, n: 4000, steps: 1 << 20 }, spread);
    expectSameAsHost(decodeDeltas, given, { ...SCALES, ...UNLIMITED });
  });

  test('NaN and infinity stay in their row', () => {
    const anchors = tf.tensor2d([0, 0, 4, 4, 0, 0, 4, 4, 0, 0, 4, 4], [3, 4]);
    const deltas = tf.tensor2d([NaN, 0, NaN, 0, 0, 0, 0, 0, 0, Infinity, 0, -Infinity], [3, 4]);
    const attributes = { means: [0, 0, 0, 0], stds: [1, 1, 1, 1], ...UNLIMITED } as const;
    const [first, second, third] = decodeDeltas({ anchors, deltas }, attributes).arraySync();
    expect(first).toEqual([NaN, 0, NaN, 4]);
    expect(second).toEqual([0, 0, 4, 4]);
    expect(third).toEqual([0, Infinity, 4, Infinity]);
  });
});

everywhere('AlignedIou', () => {
  const pairs = (rows: Rows) => ({
    a: boxesOf(seededRandom(rows.seed), rows.n, rows.steps),
    b: boxesOf(seededRandom(rows.seed + 1), rows.n, rows.steps),
  });

  test('is one law', async () => {
    const law = agrees(
      alignedIou,
      fc.record({ rows: drawn, least: fc.constantFrom(1e-12, 1e-6, 2) }),
      ({ rows, least }) => [pairs(rows), { least }],
    );
    await expect(fc.assert(law, { numRuns: 40 })).resolves.toBeUndefined();
  });
});
