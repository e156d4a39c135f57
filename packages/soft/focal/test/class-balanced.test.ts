import { BACKENDS } from './backends.ts';
import type { Samples } from '@equipoise/core';
import { criterion } from '@equipoise/core';
import {
  classBalanced,
  classBalancedLoss,
  crossEntropy as plain,
  effectiveNumberWeights,
  focal,
} from '@equipoise/focal';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { gradientOf, numbers, rowsAgree, sum } from './near.ts';
import { focal as focalOf } from './oracle.ts';

const ROWS = [
  [0.5, -1],
  [-120, 120],
  [-30, 30],
  [3, 1],
  [2, -2],
];
const LABELS = [0, 1, 0, 2, -1];

const samplesOf = (logits: Tensor2D): Samples => ({ logits, labels: tf.tensor1d(LABELS, 'int32') });

test('weights by effective number', () => {
  // E = 1, 1 + .9, (1 − .9³)/.1 = 2.71.
  const raw = [1, 1 / 1.9, 1 / 2.71];
  effectiveNumberWeights([1, 2, 3], 0.9).forEach((weight, i) =>
    expect(weight).toBeCloseTo((3 * raw[i]!) / sum(raw), 12),
  );
  expect(effectiveNumberWeights([7, 7, 7], 0.999)).toEqual([1, 1, 1]);
  expect(effectiveNumberWeights([1, 1000], 0)).toEqual([1, 1]);
  // β near 1 weighs by inverse frequency.
  const [rare, common] = effectiveNumberWeights([10, 1000], 1 - 1e-9);
  expect(rare! / common!).toBeCloseTo(100, 2);
  // A class without samples has the weight of one with one.
  const [none, one] = effectiveNumberWeights([0, 1, 50]);
  expect(none).toBe(one);
  expect(() => effectiveNumberWeights([])).toThrow('@equipoise/focal: counts');
  expect(() => effectiveNumberWeights([1], 1)).toThrow(
    '@equipoise/focal: beta: expected a number in [0, 1), got 1',
  );
});

describe.each(BACKENDS)('on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  test.each([0, 0.5, 1, 2, 5])(
    'the loss against double precision, finite where the code overflows, γ = %s',
    async (gamma) => {
      for (const counts of [
        [10, 500],
        [10, 500, 9000],
      ]) {
        const weights = [...effectiveNumberWeights(counts, 0.99), 1];
        await expect(
          rowsAgree(
            ROWS,
            (z) => classBalancedLoss(z, tf.tensor1d(LABELS, 'int32'), counts, { beta: 0.99, gamma }),
            (rows) =>
              sum(
                rows.flatMap((row, i) =>
                  row.map((z, j) => {
                    const label = LABELS[i]!;
                    return label < 0 ? 0 : weights[label]! * focalOf(z, +(label === j), null, gamma);
                  }),
                ),
              ),
          ),
        ).resolves.toBeUndefined();
      }
    },
  );

  test('the strategy is the loss, divided by the positives', () => {
    const options = { counts: [10, 500], beta: 0.99, gamma: 1 };
    const at = tf.tensor2d(ROWS);
    const strategy = criterion(classBalanced(options));
    const loss = (z: Tensor2D) =>
      tf.div(
        tf.sum(classBalancedLoss(z, tf.tensor1d(LABELS, 'int32'), [10, 500], { beta: 0.99, gamma: 1 })),
        3,
      );
    expect(numbers(strategy.loss(samplesOf(at)).total)[0]).toBeCloseTo(numbers(loss(at))[0]!, 4);
    const wanted = gradientOf(loss, at);
    gradientOf((z) => strategy.loss(samplesOf(z)).total, at).forEach((value, i) =>
      expect(value).toBeCloseTo(wanted[i]!, 5),
    );
  });

  test('equal counts are plain, with sigmoid and softmax', () => {
    for (const activation of ['sigmoid', 'softmax'] as const) {
      const classes = activation === 'sigmoid' ? 2 : 1;
      const labels = tf.tensor1d([0, classes, 0, classes, -1], 'int32');
      const samples = { logits: tf.tensor2d(ROWS), labels };
      const counts = Array.from({ length: classes }, () => 5);
      const value = (strategy: ReturnType<typeof classBalanced>) =>
        numbers(criterion(strategy, { activation }).loss(samples).total)[0]!;
      expect(value(classBalanced({ counts }))).toBeCloseTo(value(plain({ normalizer: 'positives' })), 4);
      const unweighted = criterion(focal({ alpha: null }), { activation }).loss(samples).total;
      expect(value(classBalanced({ counts, gamma: 2 }))).toBeCloseTo(numbers(unweighted)[0]!, 4);
    }
  });

  test('counts must be given, one a class, perhaps one of background', () => {
    expect(() => classBalanced({} as never)).toThrow('@equipoise/focal: option counts: expected');
    const loss = criterion(classBalanced({ counts: [1, 2, 3, 4] }));
    expect(() => loss.loss(samplesOf(tf.tensor2d(ROWS)))).toThrow(
      '@equipoise/focal: counts: expected 2 or 3 numbers, one a class, got 4',
    );
  });
});
