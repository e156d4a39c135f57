import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distancePointCoder } from '../../src/coding/distance-point-coder.ts';
import { tblrCoder } from '../../src/coding/tblr-coder.ts';
import { boxes2d, expectClose, onEachBackend, withoutLeaks } from '../boxes/support.ts';

const box = fc
  .tuple(fc.integer({ min: -50, max: 200 }), fc.integer({ min: -50, max: 200 }), fc.nat(98), fc.nat(98))
  .map(([x, y, w, h]) => [x, y, x + w + 1, y + h + 1]);

onEachBackend(() => {
  describe('tblrCoder and distancePointCoder', () => {
    const pair = (): [Tensor2D, Tensor2D] => [boxes2d([[10, 20, 30, 30]]), boxes2d([[12, 5, 44, 27]])];

    it('measure from the centre of the anchor, outwards', () => {
      const [anchor, truth] = pair();
      // Centre (20, 25), 20 wide, 10 high.
      expectClose(
        withoutLeaks(() => tblrCoder().encode(anchor, truth)),
        [20 / 10 / 4, 2 / 10 / 4, 8 / 20 / 4, 24 / 20 / 4],
      );
      expectClose(tblrCoder({ normalizeBySize: false, normalizer: 2 }).encode(anchor, truth), [10, 1, 4, 12]);
      expectClose(
        withoutLeaks(() => distancePointCoder().encode(anchor, truth)),
        [8, 20, 24, 2],
      );
      expectClose(distancePointCoder({ maxDistance: 16 }).encode(anchor, truth), [8, 15.9, 15.9, 2]);
      const outside = boxes2d([[24, 5, 44, 27]]);
      expectClose(distancePointCoder().encode(anchor, outside), [-4, 20, 24, 2]);
      expectClose(distancePointCoder({ maxDistance: 30 }).encode(anchor, outside), [0, 20, 24, 2]);
    });

    it('decode what they encoded, and clip', () => {
      fc.assert(
        fc.property(fc.array(fc.tuple(box, box), { minLength: 1, maxLength: 8 }), (pairs) => {
          tf.tidy(() => {
            const anchors = boxes2d(pairs.map(([a]) => a));
            const boxes = pairs.map(([, b]) => b);
            for (const coder of [tblrCoder(), tblrCoder({ normalizeBySize: false }), distancePointCoder()]) {
              const decoded = coder.decode(anchors, coder.encode(anchors, boxes2d(boxes)));
              expectClose(decoded, boxes, 1e-3);
              const clipped = coder.decode(anchors, coder.encode(anchors, boxes2d(boxes)), [90, 100]);
              expectClose(
                clipped,
                boxes.map((b) => b.map((x, i) => Math.min(Math.max(x, 0), i % 2 === 0 ? 100 : 90))),
                1e-3,
              );
            }
          });
        }),
        { numRuns: 30 },
      );
    });

    it('give deltas a gradient, stay finite on points, take none, refuse the rest', () => {
      const [anchor, truth] = pair();
      for (const coder of [tblrCoder(), distancePointCoder()]) {
        const deltas = boxes2d([[1, 1, 1, 1]]);
        const gradient = tf.grad((x) => tf.sum(tf.mul(coder.decode(anchor, x as Tensor2D), [1, 2, 3, 4])))(
          deltas,
        );
        expect(gradient.dataSync().every((g) => Number.isFinite(g) && g !== 0)).toBe(true);
        const point = boxes2d([[3, 3, 3, 3]]);
        expect(coder.encode(point, truth).dataSync().every(Number.isFinite)).toBe(true);
        expect(coder.encode(boxes2d([]), boxes2d([])).shape).toEqual([0, 4]);
        expect(coder.decode(boxes2d([]), boxes2d([]), [10, 10]).shape).toEqual([0, 4]);
        expect(() => coder.encode(anchor, boxes2d([]))).toThrow('as many rows as anchors (1)');
      }
      expect(() => tblrCoder({ normalizer: 0 })).toThrow('@equipoise/core: option normalizer');
      expect(() => distancePointCoder({ maxDistance: -1 })).toThrow('option maxDistance');
    });
  });
});
