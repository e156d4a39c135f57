import { seededRandom, selectTopK } from '@equipoise/core';
import { agrees } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { everywhere, expectSameAsHost, SIZES } from './everywhere.ts';

const drawn = fc.record({
  seed: fc.nat(1 << 30),
  n: fc.constantFrom(...SIZES),
  imageCount: fc.constantFrom(1, 3),
  /** How many scores there are: few make ties. */
  steps: fc.constantFrom(1, 3, 1 << 20),
  share: fc.constantFrom(0, 0.5, 1),
  most: fc.constantFrom(0, 1, 40, 5000),
});

interface Rows {
  readonly seed: number;
  readonly n: number;
  readonly imageCount: number;
  readonly steps: number;
  readonly share: number;
  readonly most: number;
}

function build({ seed, n, imageCount, steps, share, most }: Rows) {
  const random = seededRandom(seed);
  const ids = (count: number, below: number): Int32Array =>
    Int32Array.from({ length: count }, () => random.below(below));
  return [
    {
      // Of both signs, and of many powers of two.
      scores: tf.tensor1d(Float32Array.from(ids(n, steps), (step) => Math.tan((3 * step) / steps - 1.5))),
      eligible: tf.tensor1d(random.uniform(n).map((u) => (u < share ? 1 : 0))),
      image: tf.tensor1d(ids(n, imageCount), 'int32'),
      k: tf.tensor1d(Float32Array.from(ids(imageCount, most + 1))),
    },
    { imageCount },
  ] as const;
}

everywhere('SelectTopK', () => {
  test('is one law', async () => {
    await expect(fc.assert(agrees(selectTopK, drawn, build), { numRuns: 40 })).resolves.toBeUndefined();
  });

  test('takes a tie at the lower index, 0 and -0 as equal, NaN last, a fraction of k rounded down', () => {
    const pick = (scores: number[], k: number): number[] => {
      const ones = tf.ones<tf.Rank.R1>([scores.length]);
      const image = tf.zeros<tf.Rank.R1>([scores.length], 'int32');
      const inputs = { scores: tf.tensor1d(scores), eligible: ones, image, k: tf.tensor1d([k]) };
      return [...selectTopK(inputs, { imageCount: 1 }).dataSync()];
    };
    expect(pick([2, 3, 3, 3], 2)).toEqual([0, 1, 1, 0]);
    expect(pick([-0, 0, -1], 1)).toEqual([1, 0, 0]);
    expect(pick([NaN, -Infinity, 1], 2)).toEqual([0, 1, 1]);
    expect(pick([1, 2, 3], 1.9)).toEqual([0, 0, 1]);
  });

  test('gives the bits of the host at 20,000 samples', () => {
    const [inputs, attributes] = build({
      seed: 7,
      n: 20_000,
      imageCount: 3,
      steps: 5000,
      share: 0.7,
      most: 5000,
    });
    expectSameAsHost(selectTopK, inputs, attributes);
  });

  test('reads a mask of bools and counts of int32', () => {
    const inputs = {
      scores: tf.tensor1d([1, 3, 2]),
      eligible: tf.tensor1d([true, false, true], 'bool'),
      image: tf.tensor1d([0, 0, 0], 'int32'),
      k: tf.tensor1d([1], 'int32'),
    };
    expect([...selectTopK(inputs, { imageCount: 1 }).dataSync()]).toEqual([0, 0, 1]);
  });
});
