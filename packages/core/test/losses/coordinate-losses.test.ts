import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { BalancedL1Options } from '../../src/losses/balanced-l1.ts';
import { balancedL1 } from '../../src/losses/balanced-l1.ts';
import type { BoxLoss } from '../../src/losses/box-loss.ts';
import { l1 } from '../../src/losses/l1.ts';
import { smoothL1 } from '../../src/losses/smooth-l1.ts';
import { boxes2d, expectClose, golden, onEachBackend, uniform, withoutLeaks } from '../boxes/support.ts';

const gradientOf = (loss: BoxLoss, predicted: Tensor2D, target: Tensor2D): Tensor2D =>
  tf.grad((x) => tf.sum(loss.apply(x as Tensor2D, target)))(predicted) as Tensor2D;

const sumsOf = (rows: readonly (readonly number[])[]): number[] =>
  rows.map((row) => row.reduce((sum, x) => sum + x, 0));

/** Balanced L1 of one error in double precision. */
function balanced(d: number, { alpha = 0.5, gamma = 1.5, beta = 1 }: Partial<BalancedL1Options>): number {
  const b = Math.exp(gamma / alpha) - 1;
  const x = Math.abs(d);
  return x < beta
    ? (alpha / b) * (b * x + 1) * Math.log((b * x) / beta + 1) - alpha * x
    : gamma * x + gamma / b - alpha * beta;
}

onEachBackend(() => {
  describe('coordinate losses', () => {
    it.each<[string, BoxLoss]>([
      ['mmdet_smoothl1_b1', smoothL1({ beta: 1 })],
      ['mmdet_smoothl1_b1_9', smoothL1()],
      ['mmdet_l1', l1()],
      ['mmdet_balanced_l1', balancedL1()],
      ['mmdet_balanced_l1', balancedL1({ rescale: true })],
    ])('%s: value and gradient', (name, loss) => {
      const { inputs, outputs } = golden(name);
      const [predicted, target] = [boxes2d(inputs.pred), boxes2d(inputs.target)];
      expectClose(
        withoutLeaks(() => loss.apply(predicted, target)),
        sumsOf(outputs.loss),
      );
      expectClose(gradientOf(loss, predicted, target), outputs.grad, 2e-7);
    });

    it.each<Partial<BalancedL1Options>>([{}, { beta: 0.11 }, { alpha: 0.4, gamma: 1, beta: 2 }])(
      'balanced L1 with %o equals the formula and its central differences',
      (options) => {
        const next = uniform(3);
        const errors = Array.from({ length: 40 }, () => [0, 1, 2, 3].map(() => 4 * next() - 2));
        const [predicted, target] = [boxes2d(errors), tf.zeros([40, 4]) as Tensor2D];
        for (const rescale of [false, true]) {
          const { beta = 1 } = options;
          const f = (d: number): number =>
            rescale ? beta * balanced(d / beta, { ...options, beta: 1 }) : balanced(d, options);
          const loss = balancedL1({ ...options, rescale });
          expectClose(loss.apply(predicted, target), sumsOf(errors.map((row) => row.map(f))), 1e-5);
          const step = 1e-6;
          expectClose(
            gradientOf(loss, predicted, target),
            errors.flat().map((d) => (f(d + step) - f(d - step)) / (2 * step)),
            1e-5,
          );
        }
      },
    );

    it('rescaled balanced L1 has a slope that is 0 at 0 and continuous at β, unlike the reference', () => {
      const slope = (d: number, rescale: boolean): number =>
        gradientOf(
          balancedL1({ beta: 0.11, rescale }),
          boxes2d([[d, 0, 0, 0]]),
          boxes2d([[0, 0, 0, 0]]),
        ).dataSync()[0]!;
      expect(slope(1e-6, false)).toBeCloseTo(0.5 * (1 / 0.11 - 1), 2);
      expect(slope(0.1099, false) - slope(0.1101, false)).toBeGreaterThan(0.15);
      expect(slope(1e-6, true)).toBeCloseTo(0, 3);
      expect(slope(0.1099, true)).toBeCloseTo(1.5, 2);
      expect(slope(0.1101, true)).toBeCloseTo(1.5, 2);
    });

    it('smooth L1 is a parabola up to β and a line beyond; the target is a constant', () => {
      const loss = smoothL1({ beta: 0.5 });
      expectClose(loss.apply(boxes2d([[0.25, -2, 0, 0.5]]), boxes2d([[0, 0, 0, 0]])), [0.0625 + 1.75 + 0.25]);
      expectClose(gradientOf(loss, boxes2d([[0.25, -2, 0, 0.5]]), boxes2d([[0, 0, 0, 0]])), [0.5, -1, 0, 1]);
      expect(() => smoothL1({ beta: 0 })).toThrow('@equipoise/core: option beta');
      expect(loss.apply(boxes2d([]), boxes2d([])).shape).toEqual([0]);
    });
  });
});
