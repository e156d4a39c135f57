import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import { criterion } from '@equipoise/core';
import { focal, priorBias } from '@equipoise/focal';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

/** Focal loss of one entry in double precision. */
function reference(z: number, y: number, alpha: number, gamma: number): number {
  const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  const toward = y ? z : -z;
  return (y ? alpha : 1 - alpha) * Math.exp(-gamma * softplus(toward)) * softplus(-toward);
}

test.each([0, 0.5, 1, 2, 5])(
  'value and gradient equal central differences in double precision, γ = %s',
  async (gamma) => {
    const logits = [-120, -30, -4.6, -1, 0, 0.3, 2, 8, 30, 120];
    for (const y of [0, 1]) {
      const loss = criterion(focal({ gamma }));
      const labels = tf.fill([logits.length], 1 - y, 'int32') as tf.Tensor1D;
      const f = (z: tf.Tensor) => loss.loss({ logits: z as tf.Tensor2D, labels }).classification;
      const { value, grad } = tf.valueAndGrad(f)(tf.tensor2d(logits, [logits.length, 1]));
      const normalizer = y ? logits.length : 1;
      const wanted = logits.reduce((sum, z) => sum + reference(z, y, 0.25, gamma), 0) / normalizer;
      expect(Math.abs((await value.data())[0]! - wanted)).toBeLessThan(1e-5 * wanted + 1e-6);
      const got = await grad.data();
      logits.forEach((z, i) => {
        const difference =
          (reference(z + 1e-5, y, 0.25, gamma) - reference(z - 1e-5, y, 0.25, gamma)) / 2e-5 / normalizer;
        expect(Math.abs(got[i]! - difference)).toBeLessThan(1e-5 * Math.abs(difference) + 1e-6);
      });
    }
  },
);

test('the prior bias of .01', () => {
  expect(priorBias()).toBeCloseTo(-4.59511985, 7);
  expect(() => priorBias(1)).toThrow('@equipoise/focal: prior: expected a number in (0, 1), got 1');
  expect(() => focal({ gama: 2 } as never)).toThrow(
    'option gama: expected one of preset, alpha, gamma, normalizer',
  );
});
