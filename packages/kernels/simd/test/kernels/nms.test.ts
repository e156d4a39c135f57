import { greedyNms, greedyNmsMatch, seededRandom } from '@equipoise/core';
import { agrees } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boxesOf } from './boxes.ts';
import { everywhere, expectSameAsHost, SIZES } from './everywhere.ts';

interface Rows {
  readonly seed: number;
  readonly n: number;
  readonly steps: number;
  readonly groupCount: number;
}

const rows = {
  seed: fc.nat(1 << 30),
  n: fc.constantFrom(...SIZES),
  /** Few positions: overlaps and scores tie. */
  steps: fc.constantFrom(4, 30, 1 << 20),
  groupCount: fc.constantFrom(1, 3),
};

function drawn({ seed, n, steps, groupCount }: Rows, least: number) {
  const random = seededRandom(seed);
  const numbers = (below: number, from = 0): number[] =>
    Array.from({ length: n }, () => from + random.below(below - from));
  return {
    boxes: boxesOf(random, n, steps),
    scores: tf.tensor1d(Float32Array.from(numbers(steps), (step) => step / steps)),
    group: tf.tensor1d(numbers(groupCount + (least < 0 ? 1 : 0), least), 'int32'),
    eligible: tf.tensor1d(random.uniform(n).map((u) => (u < 0.8 ? 1 : 0))),
  };
}

everywhere('GreedyNms', () => {
  test('is one law', async () => {
    const law = agrees(
      greedyNms,
      fc.record({
        ...rows,
        iouThreshold: fc.constantFrom(0, 0.3, 0.5, 1),
        maxPerGroup: fc.constantFrom(0, 1, 12),
        offset: fc.constantFrom<0 | 1>(0, 1),
        scoreThreshold: fc.constantFrom(-1, 0.5),
      }),
      // Groups of -1 and groupCount are out of range.
      ({ seed, n, steps, ...attributes }) => {
        const { boxes, scores, group } = drawn({ seed, n, steps, groupCount: attributes.groupCount }, -1);
        return [{ boxes, scores, group }, attributes];
      },
    );
    await expect(fc.assert(law, { numRuns: 40 })).resolves.toBeUndefined();
  });

  const many = { iouThreshold: 0.5, maxPerGroup: Infinity, offset: 0, scoreThreshold: -1 } as const;

  test.each([1, 7])('gives the bits of the host at 4,000 boxes in %i groups', (groupCount) => {
    const { boxes, scores, group } = drawn({ seed: 11, n: 4000, steps: 1 << 20, groupCount }, 0);
    expectSameAsHost(greedyNms, { boxes, scores, group }, { ...many, groupCount });
  });

  test('keeps apart what is far larger, far away or not finite', () => {
    const size = 300;
    const random = seededRandom(2);
    const values = boxesOf(random, size, 1 << 20).dataSync();
    values.set([-1e6, -1e6, 1e6, 1e6], 4 * 17);
    values.set([1e5, 1e5, 1e5 + 3, 1e5 + 3], 4 * 18);
    const inputs = () => ({
      boxes: tf.tensor2d(values, [size, 4]),
      scores: tf.tensor1d(Array.from({ length: size }, (_, i) => (i * 37) % size)),
      group: tf.zeros<tf.Rank.R1>([size], 'int32'),
    });
    expectSameAsHost(greedyNms, inputs(), { ...many, groupCount: 1 });
    values.set([Infinity, 0, Infinity, 5], 4 * 19);
    values.set([NaN, 0, 4, 5], 4 * 20);
    expectSameAsHost(greedyNms, inputs(), { ...many, groupCount: 1 });
  });

  test('never keeps a score that is NaN', () => {
    const inputs = {
      boxes: tf.tensor2d([0, 0, 1, 1, 5, 5, 6, 6], [2, 4]),
      scores: tf.tensor1d([NaN, 1]),
      group: tf.tensor1d([0, 0], 'int32'),
    };
    expect([...greedyNms(inputs, { ...many, groupCount: 1 }).dataSync()]).toEqual([0, 1]);
  });
});

everywhere('GreedyNmsMatch', () => {
  test('is one law', async () => {
    const law = agrees(
      greedyNmsMatch,
      fc.record({
        ...rows,
        iouThreshold: fc.constantFrom(0.3, 0.5, 1),
        maxKeepers: fc.constantFrom(0, 1, 12),
      }),
      ({ seed, n, steps, ...attributes }) => [
        drawn({ seed, n, steps, groupCount: attributes.groupCount }, 0),
        attributes,
      ],
    );
    await expect(fc.assert(law, { numRuns: 40 })).resolves.toBeUndefined();
  });

  test('gives the bits of the host at 4,000 boxes', () => {
    const inputs = drawn({ seed: 11, n: 4000, steps: 1 << 20, groupCount: 2 }, 0);
    expectSameAsHost(greedyNmsMatch, inputs, { groupCount: 2, iouThreshold: 0.4, maxKeepers: 5000 });
  });
});
