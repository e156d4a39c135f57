import { BACKENDS } from './backends.ts';
import { asymmetricLoss } from '@equipoise/focal';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { numbers } from './near.ts';

describe.each(BACKENDS)('on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  test('a margin forgives all up to it', () => {
    const z = tf.tensor1d([-4, -3, -2.9]);
    const [easy, atMargin, beyond] = numbers(asymmetricLoss(z, tf.zerosLike(z), { gammaNegative: 0 }));
    expect(easy).toBeCloseTo(0, 12);
    expect(atMargin).toBeCloseTo(0, 12);
    expect(beyond).toBeGreaterThan(1e-4);
  });

  test('the official preset stops the logarithm at 1e-8, and its gradient too', () => {
    const z = tf.tensor1d([-30]);
    const official = (x: tf.Tensor) =>
      asymmetricLoss(x, tf.onesLike(x), { preset: 'official', gammaPositive: 0 });
    const corrected = (x: tf.Tensor) => asymmetricLoss(x, tf.onesLike(x), { gammaPositive: 0 });
    expect(numbers(official(z))[0]).toBeCloseTo(-Math.log(1e-8), 4);
    expect(numbers(tf.grad(official)(z))[0]).toBeCloseTo(0, 12);
    expect(numbers(corrected(z))[0]).toBeCloseTo(30, 4);
    expect(numbers(tf.grad(corrected)(z))[0]).toBeCloseTo(-1, 5);
  });
});
