import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deltaCoder } from '../../src/coding/delta-coder.ts';
import { boxes2d, expectClose, golden, onEachBackend, withoutLeaks } from '../boxes/support.ts';

const box = fc
  .tuple(
    fc.integer({ min: -50, max: 200 }),
    fc.integer({ min: -50, max: 200 }),
    fc.integer({ min: 1, max: 99 }),
    fc.integer({ min: 1, max: 99 }),
  )
  .map(([x, y, w, h]) => [x, y, x + w, y + h]);

onEachBackend(() => {
  describe('deltaCoder', () => {
    const { inputs, outputs } = golden('mmdet_delta_coder');

    it('equals mmdet', () => {
      const coder = deltaCoder({ clamp: 'mmdet' });
      expectClose(coder.encode(boxes2d(inputs.boxes), boxes2d(inputs.gt)), outputs.encoded, 1e-5);
      expectClose(coder.decode(boxes2d(inputs.boxes), boxes2d(inputs.deltas)), outputs.decoded, 1e-5);
      const clipped = coder.decode(boxes2d(inputs.boxes), tf.mul(boxes2d(inputs.deltas), 40), [40, 50]);
      // the reference multiplied the deltas by 40 before it clipped to height 40, width 50
      expect(clipped.shape).toEqual([5, 4]);
      expectClose(clipped, outputs.decoded_clip, 1e-4);
    });

    it('decodes what it encoded', () => {
      fc.assert(
        fc.property(fc.array(fc.tuple(box, box), { minLength: 1, maxLength: 8 }), (pairs) => {
          tf.tidy(() => {
            const coder = deltaCoder({ clamp: 'none', means: [0.1, 0, -0.2, 0] });
            const anchors = boxes2d(pairs.map(([a]) => a));
            const boxes = pairs.map(([, b]) => b);
            expectClose(coder.decode(anchors, coder.encode(anchors, boxes2d(boxes))), boxes, 2e-3);
          });
        }),
        { numRuns: 30 },
      );
    });

    it('limits growth on one side, both sides, or not at all', () => {
      const anchors = boxes2d([[0, 0, 16, 16]]);
      const sides = (clamp: 'torchvision' | 'mmdet' | 'none', dw: number): number => {
        const [x1, , x2] = deltaCoder({ clamp, stds: [1, 1, 1, 1] })
          .decode(anchors, boxes2d([[0, 0, dw, 0]]))
          .dataSync();
        return (x2 as number) - (x1 as number);
      };
      expect(sides('torchvision', 9)).toBeCloseTo(1000, 1);
      expect(sides('mmdet', 9)).toBeCloseTo(1000, 1);
      expect(sides('none', 5)).toBeCloseTo(16 * Math.exp(5), 1);
      expect(sides('torchvision', -9)).toBeCloseTo(16 * Math.exp(-9), 4);
      expect(sides('mmdet', -9)).toBeCloseTo(0.256, 4);
    });

    it('limits the move of the centre', () => {
      const coder = deltaCoder({ centreClamp: 32, stds: [1, 1, 1, 1], clamp: 'mmdet' });
      expectClose(coder.decode(boxes2d([[0, 0, 10, 10]]), boxes2d([[9, -9, 0, 0]])), [32, -32, 42, -22]);
    });

    it('stays finite for degenerate boxes and takes none', () => {
      const coder = deltaCoder();
      const deltas = coder.encode(
        boxes2d([
          [3, 3, 3, 3],
          [0, 0, 9, 9],
        ]),
        boxes2d([
          [0, 0, 9, 9],
          [2, 2, 2, 2],
        ]),
      );
      expect(deltas.dataSync().every(Number.isFinite)).toBe(true);
      const decoded = coder.decode(boxes2d([[0, 0, 9, 9]]), boxes2d([[1e4, -1e4, 1e4, -1e4]]));
      expect(decoded.dataSync().every(Number.isFinite)).toBe(true);
      expect(coder.encode(boxes2d([]), boxes2d([])).shape).toEqual([0, 4]);
      expect(coder.decode(boxes2d([]), boxes2d([]), [10, 10]).shape).toEqual([0, 4]);
    });

    it('has the gradient of finite differences', () => {
      const anchors = boxes2d([[0, 0, 10, 20]]);
      const at = [0.3, -0.2, 0.5, 0.1];
      const coder = deltaCoder();
      const weights = boxes2d([[1, 2, 3, 5]]);
      const value = (deltas: Tensor2D): tf.Scalar => tf.sum(tf.mul(coder.decode(anchors, deltas), weights));
      const gradient = withoutLeaks(() =>
        tf.tidy(() => tf.grad((d) => value(d as Tensor2D))(boxes2d([at]))),
      ).dataSync();
      for (let i = 0; i < 4; i += 1) {
        const step = (h: number): number =>
          value(boxes2d([at.map((x, j) => (i === j ? x + h : x))])).dataSync()[0] as number;
        expect(gradient[i]).toBeCloseTo((step(0.05) - step(-0.05)) / 0.1, 2);
      }
    });

    it('refuses other shapes and unknown options, and leaks nothing', () => {
      const coder = deltaCoder();
      expect(() => coder.encode(boxes2d([[0, 0, 1, 1]]), boxes2d([]))).toThrow('@equipoise/core: boxes');
      expect(() => coder.decode(tf.zeros([2, 5]), boxes2d([]))).toThrow('boxes of shape [n, 4]');
      expect(() => deltaCoder({ stds: [0, 1, 1, 1] })).toThrow('four positive numbers');
      expect(() => deltaCoder({ std: 1 } as never)).toThrow('option std');
      const boxes = boxes2d([[0, 0, 4, 4]]);
      withoutLeaks(() => coder.encode(boxes, boxes));
      withoutLeaks(() => coder.decode(boxes, boxes, [8, 8]));
    });
  });
});
