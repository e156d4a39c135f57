import { BACKENDS } from './backends.ts';
import { seesawCounts, seesawLoss, seesawProbabilities } from '@equipoise/focal';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { numbers, rowsAgree, sum } from './near.ts';
import { logSoftmax } from './oracle.ts';

const ROWS = [
  [0.5, -1, 2, 0.3, -0.2],
  [3, 1, -2, -1, 1],
  [0.1, 0.2, 0.3, 30, -30],
  [120, -120, 5, 0, 0.4],
  [1, 1, 1, 2, 2],
];
const LABELS = [0, 2, 3, 1, -1];
const BEFORE = [50, 3, 0, 7];

/** Seesaw loss in double precision, its factors held at the rows they were computed from. */
function oracle(rows: number[][], at: readonly number[][], p: number, q: number): number {
  const counts = BEFORE.map((count, j) => Math.max(1, count + LABELS.filter((label) => label === j).length));
  return sum(
    rows.map((row, k) => {
      const label = LABELS[k]!;
      if (label < 0) return 0;
      const object = logSoftmax(row.slice(3))[label === 3 ? 1 : 0]!;
      if (label === 3) return -object;
      const scores = logSoftmax(at[k]!.slice(0, 3)).map(Math.exp);
      const factors = scores.map(
        (score, j) =>
          Math.min(1, counts[j]! / counts[label]!) ** p *
          Math.max(1, score / Math.max(scores[label]!, 0.01)) ** q,
      );
      const adjusted = row.slice(0, 3).map((z, j) => (j === label ? z : z + Math.log(factors[j]!)));
      return -logSoftmax(adjusted)[label]! - object;
    }),
  );
}

describe.each(BACKENDS)('on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  const labels = () => tf.tensor1d(LABELS, 'int32');
  const total = (z: tf.Tensor2D, p: number, q: number) => {
    const { classification, objectness } = seesawLoss(z, labels(), tf.tensor1d(BEFORE), { p, q });
    return tf.add(classification, objectness);
  };

  test.each([
    [0.8, 2],
    [0, 1],
    [1, 0],
  ])('against double precision, its factors constant, p = %s, q = %s', async (p, q) => {
    await expect(
      rowsAgree(
        ROWS,
        (z) => total(z, p, q),
        (rows) => oracle(rows, ROWS, p, q),
      ),
    ).resolves.toBeUndefined();
  });

  test('p = q = 0 is cross-entropy', () => {
    const got = numbers(
      seesawLoss(tf.tensor2d(ROWS), labels(), tf.tensor1d(BEFORE), { p: 0, q: 0 }).classification,
    );
    ROWS.forEach((row, i) => {
      const wanted = LABELS[i]! >= 0 && LABELS[i]! < 3 ? -logSoftmax(row.slice(0, 3))[LABELS[i]!]! : 0;
      expect(got[i]).toBeCloseTo(wanted, 4);
    });
  });

  test('counts join before they are used; ignored samples are not counted', () => {
    const { counts } = seesawLoss(tf.tensor2d(ROWS), labels(), seesawCounts(3));
    expect(numbers(counts)).toEqual([1, 1, 1, 1]);
    const again = seesawLoss(tf.tensor2d(ROWS), labels(), counts).counts;
    expect(numbers(again)).toEqual([2, 2, 2, 2]);
  });

  test('no samples: no losses, the counts stay', () => {
    const none = seesawLoss(tf.zeros([0, 5]), tf.zeros([0], 'int32'), tf.tensor1d(BEFORE));
    expect(none.classification.shape).toEqual([0]);
    expect(numbers(none.counts)).toEqual(BEFORE);
  });

  test('probabilities of classes and background sum to 1', () => {
    const probabilities = seesawProbabilities(tf.tensor2d(ROWS));
    expect(probabilities.shape).toEqual([5, 4]);
    for (const value of numbers(tf.sum(probabilities, 1))) expect(value).toBeCloseTo(1, 5);
    expect(numbers(probabilities)[3]).toBeCloseTo(1 / (1 + Math.exp(0.5)), 5);
  });

  test('counts of other classes are refused', () => {
    expect(() => seesawLoss(tf.tensor2d(ROWS), labels(), seesawCounts(4))).toThrow(
      '@equipoise/focal: counts: expected shape [4], got shape [5]',
    );
  });
});
