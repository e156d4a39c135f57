import { BACKENDS } from './backends.ts';
import { criterion } from '@equipoise/core';
import { dr, drLoss } from '@equipoise/focal';
import { gradientAgrees } from '@equipoise/testkit';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { gradientOf, numbers, sum } from './near.ts';
import { sigmoid, softplus } from './oracle.ts';

const LOGITS = [0.3, -1.2, 2, -0.4, 1.1, -3, 0.7, -120, 120];
const LAMBDA = 0.1 / Math.log(3.5);

/** DR loss in double precision; masks say how often an entry counts. */
function oracle(z: readonly number[], positive: readonly number[], negative: readonly number[]): number {
  const expected = (weights: readonly number[], rate: number): number | undefined => {
    if (sum(weights) === 0) return undefined;
    const mass = z.map((value, i) => weights[i]! * Math.exp(rate * sigmoid(value)));
    return sum(mass.map((m, i) => m * sigmoid(z[i]!))) / sum(mass);
  };
  const plus = expected(positive, -1) ?? 1;
  const minus = expected(negative, 1 / LAMBDA) ?? 0;
  return (4 / 6) * softplus(6 * (minus - plus + 0.5));
}

describe.each(BACKENDS)('on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  test.each([
    ['some of each', [1, 0, 0, 0, 2, 0, 0, 0, 1], [0, 1, 1, 0, 0, 1, 0.5, 1, 0]],
    ['no positives', [0, 0, 0, 0, 0, 0, 0, 0, 0], [1, 1, 0, 1, 1, 1, 1, 1, 1]],
    ['no negatives', [1, 1, 0, 1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ])('DR loss and its gradient through the distributions, %s', async (_name, positive, negative) => {
    await expect(
      gradientAgrees(
        (z) => drLoss(z, tf.tensor1d(positive), tf.tensor1d(negative)),
        (z) => oracle(z, positive, negative),
        LOGITS,
        { near: { relative: 1e-4, absolute: 1e-7 } },
      ),
    ).resolves.toBeUndefined();
  });

  test('the strategy leaves ignored samples out, and shares sum to the pull on each side', () => {
    const logits = tf.tensor2d(LOGITS.slice(0, 8), [4, 2]);
    const labels = tf.tensor1d([0, 2, -1, 1], 'int32');
    const { classification, weights } = criterion(dr()).loss({ logits, labels });
    const positive = [1, 0, 0, 0, 0, 0, 0, 1];
    const negative = [0, 1, 1, 1, 0, 0, 1, 0];
    expect(numbers(classification)[0]).toBeCloseTo(oracle(LOGITS.slice(0, 8), positive, negative), 5);
    const shares = numbers(weights.classification);
    const side = (mask: number[]) => sum(shares.map((share, i) => share * mask[i]!));
    expect(side(positive)).toBeCloseTo(side(negative), 5);
    expect(shares.slice(4, 6)).toEqual([0, 0]);
    expect(numbers(weights.classificationNormalizer)).toEqual([1]);
  });

  test('where nothing counts there is no loss', () => {
    const loss = (logits: Tensor2D) =>
      criterion(dr()).loss({ logits, labels: tf.tensor1d([-1, -1], 'int32') }).total;
    const at = tf.tensor2d([1, 2], [2, 1]);
    expect(numbers(loss(at))).toEqual([0]);
    expect(gradientOf(loss, at).map(Math.abs)).toEqual([0, 0]);
  });

  test('masks of another shape and softmax tasks are refused', () => {
    const z = tf.zeros([2, 2]);
    expect(() => drLoss(z, tf.zeros([4]), z)).toThrow('@equipoise/focal: positive: expected shape [2, 2]');
    const softmax = criterion(dr(), { activation: 'softmax' });
    expect(() => softmax.loss({ logits: z as Tensor2D, labels: tf.tensor1d([0, 1], 'int32') })).toThrow(
      'task.activation of dr',
    );
  });
});
