import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundedIouLoss, boundedIouTerms } from '../../src/losses/bounded-iou.ts';
import type { BoxLoss } from '../../src/losses/box-loss.ts';
import { ciouLoss } from '../../src/losses/ciou.ts';
import { diouLoss } from '../../src/losses/diou.ts';
import { eiouLoss } from '../../src/losses/eiou.ts';
import { giouLoss } from '../../src/losses/giou.ts';
import { iouLoss } from '../../src/losses/iou.ts';
import { siouLoss } from '../../src/losses/siou.ts';
import { boxes2d, expectClose, golden, onEachBackend, uniform, withoutLeaks } from '../boxes/support.ts';
import type { Box } from './float64.ts';
import { ciouAt, FLOAT64 } from './float64.ts';

const CORRECTED: readonly BoxLoss[] = [
  iouLoss(),
  iouLoss({ mode: 'linear' }),
  iouLoss({ mode: 'square' }),
  giouLoss(),
  diouLoss(),
  ciouLoss(),
  siouLoss(),
  eiouLoss(),
  boundedIouLoss(),
];

const gradientOf = (loss: BoxLoss, predicted: Tensor2D, target: Tensor2D): Tensor2D =>
  tf.grad((x) => tf.sum(loss.apply(x as Tensor2D, target)))(predicted) as Tensor2D;

/** Pairs in general position, overlapping and apart: no two coordinates equal, nor boxes that just touch. */
function randomPairs(count: number, seed: number): [Box, Box][] {
  const next = uniform(seed);
  const box = (): Box => {
    const [x, y, w, h] = [next() * 40, next() * 40, 5 + next() * 30, 5 + next() * 30];
    return [x, y, x + w, y + h];
  };
  return Array.from({ length: count }, () => [box(), box()]);
}

const box = fc
  .tuple(fc.integer({ min: -40, max: 40 }), fc.integer({ min: -40, max: 40 }), fc.nat(49), fc.nat(49))
  .map(([x, y, w, h]): Box => [x, y, x + w + 1, y + h + 1]);
const pairs = fc.array(fc.tuple(box, box), { minLength: 1, maxLength: 6 });
const split = (rows: readonly (readonly [Box, Box])[]): [Tensor2D, Tensor2D] => [
  boxes2d(rows.map(([a]) => a)),
  boxes2d(rows.map(([, b]) => b)),
];

onEachBackend(() => {
  describe('box losses', () => {
    it.each<[string, BoxLoss]>([
      ['mmdet_iou_log_loss', iouLoss({ preset: 'mmdet' })],
      ['mmdet_iou_log_loss', iouLoss()],
      ['mmdet_giou_loss', giouLoss({ preset: 'mmdet' })],
      ['mmdet_giou_loss', giouLoss()],
      ['mmdet_diou_loss', diouLoss({ preset: 'mmdet' })],
      ['mmdet_diou_loss', diouLoss()],
      ['mmdet_ciou_loss', ciouLoss({ preset: 'mmdet' })],
      ['mmdet_siou_loss', siouLoss({ preset: 'mmdet' })],
      ['mmdet_eiou_loss', eiouLoss()],
      ['tv_giou_loss', giouLoss({ preset: 'torchvision' })],
      ['tv_diou_loss', diouLoss({ preset: 'torchvision' })],
      ['tv_ciou_loss', ciouLoss({ preset: 'torchvision' })],
      ['tv_ciou_loss', ciouLoss()],
    ])('%s: value and gradient', (name, loss) => {
      const { inputs, outputs } = golden(name);
      const [predicted, target] = [boxes2d(inputs.pred), boxes2d(inputs.target)];
      const values = withoutLeaks(() => loss.apply(predicted, target));
      const gradient = gradientOf(loss, predicted, target);
      expectClose(values, outputs.loss);
      expectClose(gradient, outputs.grad, 1e-7);
    });

    it('mmdet_bounded_iou_loss: the four terms, their sum and gradient', () => {
      const { inputs, outputs } = golden('mmdet_bounded_iou_loss');
      const [predicted, target] = [boxes2d(inputs.pred), boxes2d(inputs.target)];
      expectClose(
        withoutLeaks(() => boundedIouTerms(predicted, target)),
        outputs.loss,
      );
      const sums = (outputs.loss as number[][]).map((row) => row.reduce((sum, term) => sum + term, 0));
      expectClose(boundedIouLoss().apply(predicted, target), sums);
      expectClose(gradientOf(boundedIouLoss(), predicted, target), outputs.grad, 1e-7);
    });

    it.each(CORRECTED.map((loss): [string, BoxLoss] => [loss.name, loss]))(
      '%s equals the formula in double precision, and its central differences',
      (name, loss) => {
        const rows = randomPairs(60, 11);
        const [predicted, target] = split(rows);
        const value = (a: Box, b: Box, at: Box): number =>
          name === 'ciou' ? ciouAt(a, b, at) : FLOAT64[name]!(a, b);
        expectClose(
          loss.apply(predicted, target),
          rows.map(([a, b]) => value(a, b, a)),
          2e-6,
        );
        const step = 1e-5;
        const differences = rows.flatMap(([a, b]) =>
          [0, 1, 2, 3].map((i) => {
            const moved = (by: number): Box => a.with(i, a[i]! + by) as unknown as Box;
            return (value(moved(step), b, a) - value(moved(-step), b, a)) / (2 * step);
          }),
        );
        expectClose(gradientOf(loss, predicted, target), differences, 2e-6);
      },
    );

    it('are ≥ 0, within their ranges, and do not change when both boxes move or grow', () => {
      const largest: Readonly<Record<string, number>> = {
        giou: 2,
        diou: 2,
        ciou: 3,
        siou: 2.33,
        'iou-linear': 1,
      };
      fc.assert(
        fc.property(
          pairs,
          fc.integer({ min: -30, max: 30 }),
          fc.constantFrom(0.5, 2, 4),
          (rows, shift, scale) => {
            tf.tidy(() => {
              const [a, b] = split(rows);
              const moved = (x: Tensor2D): Tensor2D => tf.mul(tf.add(x, shift), scale);
              for (const loss of CORRECTED) {
                const values = loss.apply(a, b).dataSync();
                const most = largest[loss.name] ?? Infinity;
                expect(
                  values.every((x) => x >= -1e-6 && x <= most + 1e-6),
                  `${loss.name}: ${values.join(' ')}`,
                ).toBe(true);
                // Bounded IoU has an eps in pixels.
                if (loss.name === 'bounded-iou') continue;
                expectClose(loss.apply(moved(a), moved(b)), Array.from(values), 1e-5);
              }
              for (const loss of CORRECTED.slice(0, 8)) {
                expectClose(loss.apply(b, a), Array.from(loss.apply(a, b).dataSync()), 1e-5);
              }
            });
          },
        ),
        { numRuns: 25 },
      );
    });

    it('are 0 without a gradient for identical boxes', () => {
      fc.assert(
        fc.property(fc.array(box, { minLength: 1, maxLength: 5 }), (rows) => {
          tf.tidy(() => {
            const boxes = boxes2d(rows);
            for (const loss of CORRECTED) {
              const nothing = loss.name === 'bounded-iou' ? 1e-5 : 1e-6;
              expect(tf.max(tf.abs(loss.apply(boxes, boxes))).dataSync()[0]).toBeLessThan(nothing);
              // Bounded IoU is not 0 at its minimum, for its eps.
              const slope = loss.name === 'bounded-iou' ? 0.02 : 1e-5;
              expect(tf.max(tf.abs(gradientOf(loss, boxes, boxes))).dataSync()[0]).toBeLessThan(slope);
            }
          });
        }),
        { numRuns: 15 },
      );
    });

    it('are finite, gradient and all, for points, lines, touching and distant boxes', () => {
      const odd: Box[] = [
        [3, 3, 3, 3],
        [0, 0, 0, 5],
        [0, 0, 5, 0],
        [0, 0, 5, 5],
        [5, 0, 9, 5],
        [-1e4, -1e4, 1e4, 1e4],
        [1e4, 1e4, 1e4 + 1, 1e4 + 1],
        [0, 0, 1e-4, 1e-4],
      ];
      const rows = odd.flatMap((a) => odd.map((b): [Box, Box] => [a, b]));
      const [predicted, target] = split(rows);
      for (const loss of CORRECTED) {
        expect(loss.apply(predicted, target).dataSync().every(Number.isFinite)).toBe(true);
        const gradient = gradientOf(loss, predicted, target).dataSync();
        expect(gradient.every(Number.isFinite), `gradient of ${loss.name}`).toBe(true);
      }
    });

    it('pull at boxes that are apart, where mmdet’s SIoU has its sign wrong', () => {
      const near = boxes2d([[12, 12, 20, 20]]);
      const far = boxes2d([[40, 40, 48, 48]]);
      const target = boxes2d([[0, 0, 10, 10]]);
      const at = (loss: BoxLoss, predicted: Tensor2D): number => loss.apply(predicted, target).dataSync()[0]!;
      for (const loss of [giouLoss(), diouLoss(), ciouLoss(), siouLoss(), eiouLoss()]) {
        expect(at(loss, far)).toBeGreaterThan(at(loss, near));
        expect(gradientOf(loss, near, target).dataSync()[0]!).toBeGreaterThan(0);
      }
      expect(at(siouLoss({ preset: 'mmdet' }), far)).toBeLessThan(at(siouLoss({ preset: 'mmdet' }), near));
      expectClose(
        siouLoss({ preset: 'mmdet-neg-gamma' }).apply(near, target),
        siouLoss().apply(near, target).arraySync(),
      );
    });

    it('differ between presets only where they say so', () => {
      const overlapping = split([
        [
          [0, 0, 10, 4],
          [0, 0, 4, 10],
        ],
      ]);
      const aspect = (preset: 'corrected' | 'mmdet'): number =>
        ciouLoss({ preset })
          .apply(...overlapping)
          .dataSync()[0]!;
      // IoU ≤ .5: mmdet has no aspect term.
      expect(aspect('corrected')).toBeGreaterThan(aspect('mmdet') + 0.01);
      const touching = split([
        [
          [0, 0, 5, 5],
          [5, 0, 9, 5],
        ],
      ]);
      const pull = (preset: 'mmdet' | 'torchvision'): number =>
        gradientOf(diouLoss({ preset }), ...touching).dataSync()[2]!;
      expect(pull('mmdet')).not.toBe(pull('torchvision'));
      const tiny = split([
        [
          [0, 0, 1e-4, 1e-4],
          [0, 0, 1e-4, 1e-4],
        ],
      ]);
      expect(
        iouLoss({ mode: 'linear' })
          .apply(...tiny)
          .dataSync()[0],
      ).toBeCloseTo(0, 6);
      expect(
        iouLoss({ mode: 'linear', preset: 'mmdet' })
          .apply(...tiny)
          .dataSync()[0],
      ).toBeCloseTo(0.99, 6);
    });

    it('take none, give the target no gradient, leak nothing, refuse the rest', () => {
      const none = boxes2d([]);
      const [a, b] = split(randomPairs(2, 5));
      for (const loss of CORRECTED) {
        expect(loss.apply(none, none).shape).toEqual([0]);
        expect(gradientOf(loss, none, none).shape).toEqual([0, 4]);
        expect(withoutLeaks(() => loss.apply(a, b)).shape).toEqual([2]);
        withoutLeaks(() => gradientOf(loss, a, b));
        expect(() => tf.grad((x) => loss.apply(a, x as Tensor2D))(b)).toThrow('Cannot compute gradient');
        expect(() => loss.apply(a, none)).toThrow(
          '@equipoise/core: target: expected as many boxes as predicted (2)',
        );
      }
      expect(() => ciouLoss({ preset: 'yolo' as 'mmdet' })).toThrow('@equipoise/core: option preset');
      expect(() => iouLoss({ mode: 'cube' as 'log' })).toThrow('option mode');
      expect(() => eiouLoss({ smoothPoint: 0 })).toThrow('option smoothPoint');
      expect(() => boundedIouLoss({ beta: 0 }).apply(a, b)).toThrow('option beta');
    });
  });
});
