import { BACKENDS } from './backends.ts';
import type { Samples } from '@equipoise/core';
import { criterion } from '@equipoise/core';
import { crossEntropy as plain, eql, eqlLoss, equalizationV2, eqlv2Loss, eqlv2State } from '@equipoise/focal';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { gradientOf, numbers, rowsAgree, sum } from './near.ts';
import { binary, sigmoid } from './oracle.ts';

const ROWS = [
  [0.5, -1, 2],
  [-3, 1, -2],
  [120, -120, 30],
  [0.1, 4, -0.3],
];
const LABELS = [0, 3, 1, -1];
// The last is λ itself, which is not rare.
const FREQUENCIES = [0.5, 0.0017, 0.00177];

const samplesOf = (logits: Tensor2D): Samples => ({ logits, labels: tf.tensor1d(LABELS, 'int32') });

describe.each(BACKENDS)('on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  test('EQL: objects of other classes do not push down a rare class; background does', async () => {
    const weight = (i: number, j: number): number =>
      LABELS[i] === -1 || (LABELS[i]! < 3 && j === 1 && LABELS[i] !== 1) ? 0 : 1;
    await expect(
      rowsAgree(
        ROWS,
        (z) => eqlLoss(z, tf.tensor1d(LABELS, 'int32'), { frequencies: FREQUENCIES }),
        (rows) =>
          sum(rows.flatMap((row, i) => row.map((z, j) => weight(i, j) * binary(z, +(LABELS[i] === j))))),
      ),
    ).resolves.toBeUndefined();
    const { weights } = criterion(eql({ frequencies: FREQUENCIES })).loss(samplesOf(tf.tensor2d(ROWS)));
    expect(numbers(weights.classification)).toEqual(
      ROWS.flatMap((row, i) => row.map((_, j) => weight(i, j))),
    );
  });

  test('EQL: frequencies must be given, one a class', () => {
    expect(() => eql({})).toThrow('@equipoise/focal: option frequencies: expected');
    const loss = criterion(eql({ frequencies: [0.1] }));
    expect(() => loss.loss(samplesOf(tf.tensor2d(ROWS)))).toThrow(
      '@equipoise/focal: frequencies: expected 3 numbers, one a class, got 1',
    );
  });

  test('EQLv2: the first step is plain cross-entropy, of the loss and of the strategy', () => {
    const logits = tf.tensor2d(ROWS);
    const { losses } = eqlv2Loss(logits, tf.tensor1d([0, 2, 1, -1], 'int32'), eqlv2State());
    const wanted = ROWS.flatMap((row, i) =>
      row.map((z, j) => (i === 3 ? 0 : binary(z, +([0, 2, 1][i] === j)))),
    );
    numbers(losses).forEach((value, i) =>
      expect(Math.abs(value - wanted[i]!)).toBeLessThan(1e-5 * wanted[i]! + 1e-6),
    );
    const strategy = criterion(equalizationV2({ normalizer: 'mean' })).loss(samplesOf(logits));
    const mean = criterion(plain()).loss(samplesOf(logits));
    expect(numbers(strategy.total)[0]).toBeCloseTo(numbers(mean.total)[0]!, 5);
  });

  test('EQLv2: later steps weigh by the gradients gathered, in double precision, as constants', () => {
    const loss = criterion(equalizationV2({ normalizer: 'sum' }));
    const gathered = [0, 1, 2].map(() => ({ positive: 0, negative: 0, ratio: 100 }));
    const scales = [1, 0.5, -0.3];
    for (const scale of scales) {
      const rows = ROWS.map((row) => row.map((z) => Math.fround(z * scale)));
      const weights = rows.map((row, i) =>
        row.map((_, j) => {
          const r = sigmoid(12 * (gathered[j]!.ratio - 0.8));
          if (LABELS[i] === -1) return 0;
          return LABELS[i] === j ? 1 + 4 * (1 - r) : r;
        }),
      );
      const at = tf.tensor2d(rows);
      const step = loss.loss(samplesOf(at));
      numbers(step.weights.classification).forEach((value, k) =>
        expect(value).toBeCloseTo(weights.flat()[k]!, 4),
      );
      rows.forEach((row, i) =>
        row.forEach((z, j) => {
          const y = +(LABELS[i] === j);
          gathered[j]![y ? 'positive' : 'negative'] += weights[i]![j]! * (y ? sigmoid(-z) : sigmoid(z));
        }),
      );
      for (const of of gathered) of.ratio = of.positive / (of.negative + 1e-10);
    }
  });

  test('EQLv2: no gradient reaches the logits through the weights, and the state goes on from a checkpoint', async () => {
    const first = tf.tensor2d(ROWS.map((row) => row.map((z) => z / 10)));
    const loss = criterion(equalizationV2());
    loss.loss(samplesOf(first));
    const saved = await loss.save();
    const other = criterion(equalizationV2());
    other.restore(JSON.parse(JSON.stringify(saved)) as typeof saved);
    const at = tf.tensor2d(ROWS.map((row) => row.map((z) => z / 7)));
    const { weights } = other.loss(samplesOf(at));
    other.restore(saved);
    const got = gradientOf((z) => other.loss(samplesOf(z)).classification, at);
    const w = numbers(weights.classification);
    const wanted = numbers(at).map((z, k) => {
      const y = +(LABELS[Math.floor(k / 3)] === k % 3);
      return (w[k]! * (sigmoid(z) - y)) / 2;
    });
    got.forEach((value, k) => expect(value).toBeCloseTo(wanted[k]!, 5));
    expect(w.some((weight) => weight > 1.5)).toBe(true);
  });

  test('EQLv2: batches where nothing counts leave the ratio as it was', async () => {
    const loss = criterion(equalizationV2());
    loss.loss({ logits: tf.ones([2, 2]), labels: tf.tensor1d([-1, -1], 'int32') });
    loss.loss({ logits: tf.zeros([0, 2]), labels: tf.tensor1d([], 'int32') });
    const { weights } = loss.loss({ logits: tf.ones([2, 2]), labels: tf.tensor1d([0, 2], 'int32') });
    expect(numbers(weights.classification)).toEqual([1, 1, 1, 1]);
  });

  test('EQLv2: a state of other classes is refused', () => {
    const loss = criterion(equalizationV2());
    loss.loss(samplesOf(tf.tensor2d(ROWS)));
    expect(() => loss.loss({ logits: tf.ones([1, 2]), labels: tf.tensor1d([0], 'int32') })).toThrow(
      '@equipoise/focal: classes of the state: expected 3, got 2',
    );
  });
});
