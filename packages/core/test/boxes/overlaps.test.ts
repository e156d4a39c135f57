import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxArea } from '../../src/boxes/box-area.ts';
import { clipBoxes } from '../../src/boxes/clip-boxes.ts';
import type { OverlapConvention } from '../../src/boxes/overlap-conventions.ts';
import type { OverlapKind } from '../../src/boxes/overlaps.ts';
import { alignedOverlaps, pairwiseOverlaps } from '../../src/boxes/overlaps.ts';
import { boxes2d, expectClose, golden, onEachBackend, withoutLeaks } from './support.ts';

const KINDS: readonly OverlapKind[] = ['iou', 'iof', 'giou', 'diou', 'ciou'];
const CONVENTIONS: readonly OverlapConvention[] = ['safe', 'mmdet', 'torchvision'];

const box = fc
  .tuple(
    fc.integer({ min: -40, max: 40 }),
    fc.integer({ min: -40, max: 40 }),
    fc.integer({ min: 1, max: 50 }),
    fc.integer({ min: 1, max: 50 }),
  )
  .map(([x, y, w, h]) => [x, y, x + w, y + h]);
const pairs = fc.array(fc.tuple(box, box), { minLength: 1, maxLength: 6 });

const moved = (x: Tensor2D, shift: number, scale: number): Tensor2D => tf.mul(tf.add(x, shift), scale);

onEachBackend(() => {
  describe('overlaps', () => {
    it.each(CONVENTIONS)('equal mmdet and torchvision away from zero (%s)', (convention) => {
      const { inputs, outputs } = golden('bbox_overlaps');
      const [a, b] = [boxes2d(inputs.a), boxes2d(inputs.b)];
      for (const kind of ['iou', 'iof', 'giou'] as const) {
        expectClose(pairwiseOverlaps(a, b, kind, convention), outputs[kind]);
      }
      expectClose(alignedOverlaps(a, b, 'iou', convention), outputs.iou_aligned);
    });

    it.each(['safe', 'torchvision'] as const)('equal torchvision in all kinds (%s)', (convention) => {
      const { inputs, outputs } = golden('tv_box_ious');
      for (const kind of ['iou', 'giou', 'diou', 'ciou'] as const) {
        expectClose(pairwiseOverlaps(boxes2d(inputs.a), boxes2d(inputs.b), kind, convention), outputs[kind]);
      }
    });

    it.each([
      ['mmdet_giou_loss', 'giou', 'mmdet'],
      ['mmdet_diou_loss', 'diou', 'mmdet'],
      ['mmdet_ciou_loss', 'ciou', 'mmdet'],
      ['tv_giou_loss', 'giou', 'safe'],
      ['tv_diou_loss', 'diou', 'safe'],
      ['tv_ciou_loss', 'ciou', 'safe'],
    ] as const)('%s: value and gradient of 1 - overlap', (name, kind, convention) => {
      const { inputs, outputs } = golden(name);
      const target = boxes2d(inputs.target);
      const losses = (pred: Tensor2D): tf.Tensor =>
        tf.sub(1, alignedOverlaps(pred, target, kind, convention));
      expectClose(losses(boxes2d(inputs.pred)), outputs.loss);
      expectClose(tf.grad((pred) => tf.sum(losses(pred as Tensor2D)))(boxes2d(inputs.pred)), outputs.grad);
    });

    it('IoU is symmetric, in [0, 1], invariant to shift and scale; GIoU ≤ IoU; pairwise agrees with aligned', () => {
      fc.assert(
        fc.property(
          pairs,
          fc.integer({ min: -30, max: 30 }),
          fc.constantFrom(0.5, 2, 8),
          (rows, shift, scale) => {
            tf.tidy(() => {
              const [a, b] = [boxes2d(rows.map((r) => r[0])), boxes2d(rows.map((r) => r[1]))];
              const iou = Array.from(alignedOverlaps(a, b).dataSync());
              expect(iou.every((x) => x >= 0 && x <= 1)).toBe(true);
              expectClose(alignedOverlaps(b, a), iou);
              expectClose(alignedOverlaps(moved(a, shift, scale), moved(b, shift, scale)), iou);
              const giou = alignedOverlaps(a, b, 'giou').dataSync();
              expect(giou.every((x, i) => x >= -1 && x <= (iou[i] ?? 0) + 1e-6)).toBe(true);
              for (const kind of KINDS) {
                const all = pairwiseOverlaps(a, b, kind).arraySync();
                expectClose(
                  alignedOverlaps(a, b, kind),
                  all.map((row, i) => row[i]),
                );
              }
            });
          },
        ),
        { numRuns: 40 },
      );
    });

    it('gives 0 for 0/0 and no NaN, in value and gradient', () => {
      const points = boxes2d([
        [3, 3, 3, 3],
        [0, 0, 5, 5],
        [1, 1, 1, 1],
        [0, 0, 0, 5],
      ]);
      const others = boxes2d([
        [3, 3, 3, 3],
        [0, 0, 5, 5],
        [2, 2, 2, 2],
        [0, 0, 5, 0],
      ]);
      for (const kind of KINDS) {
        const values = alignedOverlaps(points, others, kind).dataSync();
        expect(values.every(Number.isFinite)).toBe(true);
        expect(values[0]).toBe(0);
        expect(values[1]).toBeCloseTo(1, 6);
        const gradient = tf.grad((x) => tf.sum(alignedOverlaps(x as Tensor2D, others, kind)))(points);
        expect(gradient.dataSync().every((x) => !Number.isNaN(x))).toBe(true);
      }
      expect(alignedOverlaps(points, others, 'iou', 'torchvision').dataSync()[0]).toBeNaN();
      expect(alignedOverlaps(points, others, 'iou', 'mmdet').dataSync()[0]).toBe(0);
      const square = boxes2d([[0, 0, 100, 100]]);
      expectClose(alignedOverlaps(square, square, 'ciou'), [1]);
    });

    it('takes none, leaks nothing, refuses the rest', () => {
      const none = boxes2d([]);
      const one = boxes2d([[0, 0, 2, 3]]);
      expect(pairwiseOverlaps(none, one).shape).toEqual([0, 1]);
      expect(pairwiseOverlaps(one, none).shape).toEqual([1, 0]);
      expect(alignedOverlaps(none, none).shape).toEqual([0]);
      expect(boxArea(none).shape).toEqual([0]);
      for (const kind of KINDS) {
        withoutLeaks(() => pairwiseOverlaps(one, one, kind));
        withoutLeaks(() => alignedOverlaps(one, one, kind));
      }
      expect(() => alignedOverlaps(one, none)).toThrow(
        '@equipoise/core: b: expected as many boxes as a (1), got 0',
      );
      expect(() => pairwiseOverlaps(one, tf.zeros([4, 3]))).toThrow('boxes of shape [n, 4]');
      expect(() => pairwiseOverlaps(one, one, 'jaccard' as OverlapKind)).toThrow('one of iou');
    });
  });

  describe('boxArea and clipBoxes', () => {
    it('measure and move', () => {
      const boxes = boxes2d([
        [0, 0, 2, 3],
        [-5, -5, 50, 50],
      ]);
      expectClose(
        withoutLeaks(() => boxArea(boxes)),
        [6, 3025],
      );
      expectClose(
        withoutLeaks(() => clipBoxes(boxes, [30, 40])),
        [0, 0, 2, 3, 0, 0, 40, 30],
      );
      expect(() => clipBoxes(boxes, [0, 4])).toThrow('[height, width]');
    });
  });
});
