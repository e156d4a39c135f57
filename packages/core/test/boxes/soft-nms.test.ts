import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fastNms } from '../../src/boxes/fast-nms.ts';
import { matrixNms } from '../../src/boxes/matrix-nms.ts';
import { nms } from '../../src/boxes/nms.ts';
import type { SoftNmsOptions } from '../../src/boxes/soft-nms.ts';
import { softNms } from '../../src/boxes/soft-nms.ts';
import { greedySoftNms } from '../../src/operations/soft-nms.ts';
import type { Given } from '../../src/options.ts';
import { boxes2d, expectClose, onEachBackend, withoutLeaks } from './support.ts';

const { exp, max, min } = Math;

function iou(a: readonly number[], b: readonly number[]): number {
  const inter = max(0, min(a[2]!, b[2]!) - max(a[0]!, b[0]!)) * max(0, min(a[3]!, b[3]!) - max(a[1]!, b[1]!));
  const area = (c: readonly number[]): number => (c[2]! - c[0]!) * (c[3]! - c[1]!);
  const union = area(a) + area(b) - inter;
  return union > 0 ? inter / union : 0;
}

/** Boxes and scores of mmcv's test of soft-NMS. */
const mmcv = {
  boxes: [
    [6, 3, 8, 7],
    [3, 6, 9, 11],
    [3, 7, 10, 12],
    [1, 4, 13, 7],
  ],
  scores: [0.6, 0.9, 0.7, 0.2],
};

const candidates = fc.array(
  fc.record({
    box: fc
      .tuple(fc.nat(9), fc.nat(9), fc.nat(6), fc.nat(6))
      .map(([x, y, w, h]) => [x - 4, y - 4, x - 4 + w, y - 4 + h]),
    score: fc.integer({ min: 0, max: 8 }).map((s) => s / 8),
    group: fc.nat(1),
  }),
  { maxLength: 24 },
);

/** Matrix NMS by the book, in double precision, on boxes by descending score. */
function matrixByTheBook(
  rows: readonly { box: number[]; score: number; group: number }[],
  kernel: string,
): number[] {
  const order = rows.map((_, i) => i).toSorted((a, b) => rows[b]!.score - rows[a]!.score || a - b);
  const overlap = (a: number, b: number): number =>
    rows[a]!.group === rows[b]!.group ? iou(rows[a]!.box, rows[b]!.box) : 0;
  const f = (u: number): number => (kernel === 'gaussian' ? exp(-2 * u * u) : 1 - u);
  const result = rows.map((row) => row.score);
  for (const [place, j] of order.entries()) {
    const before = order.slice(0, place);
    const ratios = before.map((i, at) => {
      const worst = max(0, ...order.slice(0, at).map((k) => overlap(k, i)));
      return f(worst) === 0 ? 1 : f(overlap(i, j)) / f(worst);
    });
    result[j] = rows[j]!.score * min(1, ...ratios);
  }
  return result;
}

onEachBackend(() => {
  describe('softNms', () => {
    it.each<[Given<SoftNmsOptions>, number[]]>([
      [{ method: 'linear' }, [0.9, 0.6, 0.29024392, 0.2]],
      [{ method: 'gaussian' }, [0.9, 0.59630775, 0.3527551, 0.18650459]],
    ])('gives the numbers of mmcv: %o', (options, scores) => {
      const [boxes, given] = [boxes2d(mmcv.boxes), tf.tensor1d(mmcv.scores)];
      const selection = withoutLeaks(() => softNms(boxes, given, { ...options, minScore: 0.01 }));
      expect(Array.from(selection.indices.dataSync())).toEqual([1, 0, 2, 3]);
      expectClose(selection.scores, scores, 1e-6);
      expect(selection.count.dataSync()[0]).toBe(4);
    });

    it('is NMS with ≥ when naive, and drops what decays too far', () => {
      const boxes = boxes2d(mmcv.boxes);
      const scores = tf.tensor1d(mmcv.scores);
      const naive = softNms(boxes, scores, { method: 'naive' });
      expect(Array.from(naive.indices.dataSync())).toEqual([1, 0, 3, -1]);
      expectClose(naive.scores, [0.9, 0.6, 0.2, 0]);
      expect(naive.count.dataSync()[0]).toBe(3);
      const few = softNms(boxes, scores, { minScore: 0.25 });
      expect(Array.from(few.indices.dataSync())).toEqual([1, 0, 2, -1]);
      expect(Array.from(softNms(boxes, scores, { maxOutput: 2 }).indices.dataSync())).toEqual([1, 0]);
      expect(Array.from(softNms(boxes, scores, { maxOutput: 5 }).indices.dataSync())).toEqual([
        1, 0, 2, 3, -1,
      ]);
      expect(Array.from(softNms(boxes, scores, { minScore: 0.95 }).indices.dataSync())).toEqual([
        -1, -1, -1, -1,
      ]);
    });

    it('decays from the threshold on, not above it', () => {
      const half = boxes2d([
        [0, 0, 10, 10],
        [0, 0, 10, 5],
      ]);
      const scores = tf.tensor1d([0.8, 0.6]);
      const left = (method: 'naive' | 'linear'): number[] =>
        Array.from(softNms(half, scores, { method, iouThreshold: 0.5 }).scores.dataSync());
      expect(left('naive')[1]).toBe(0);
      expect(left('linear')[1]).toBeCloseTo(0.3, 6);
    });

    it('composed equals host, ties included', () => {
      const settings = fc.record({
        method: fc.constantFrom<'naive' | 'linear' | 'gaussian'>('naive', 'linear', 'gaussian'),
        iouThreshold: fc.constantFrom(0.25, 0.5, 1),
        sigma: fc.constantFrom(0.25, 0.5),
        minScore: fc.constantFrom(0.001, 0.25),
        maxOutput: fc.nat(26),
        offset: fc.constantFrom<0 | 1>(0, 1),
      });
      fc.assert(
        fc.property(candidates, settings, (rows, attributes) => {
          tf.tidy(() => {
            const inputs = {
              boxes: boxes2d(rows.map((r) => r.box)),
              scores: tf.tensor1d(
                rows.map((r) => r.score),
                'float32',
              ),
            };
            const composed = withoutLeaks(() => greedySoftNms.composed(inputs, attributes));
            const host = withoutLeaks(() => greedySoftNms.host!(inputs, attributes));
            expect(composed[0].dtype).toBe('int32');
            // Exponentials differ in the last digit, which decides between equals; scores are equal all the same.
            expectClose(composed[1], Array.from(host[1].dataSync()), 1e-6);
            const exact = attributes.method !== 'gaussian';
            const order = (indices: tf.Tensor): number[] => Array.from(indices.dataSync());
            expect(exact ? order(composed[0]) : []).toEqual(exact ? order(host[0]) : []);
          });
        }),
        { numRuns: 40 },
      );
    });

    it('never raises a score, keeps the best, and equals NMS in the limit', () => {
      fc.assert(
        fc.property(candidates, (rows) => {
          tf.tidy(() => {
            const boxes = boxes2d(rows.map((r) => r.box));
            const given = rows.map((r) => r.score + 1 / 16);
            const scores = tf.tensor1d(given, 'float32');
            for (const method of ['linear', 'gaussian', 'naive'] as const) {
              const { indices, scores: decayed } = softNms(boxes, scores, { method });
              const out = decayed.dataSync();
              for (const [at, i] of indices.dataSync().entries()) {
                expect(i < 0 || out[at]! <= given[i]! + 1e-7).toBe(true);
                expect(at === 0 || out[at]! <= out[at - 1]!).toBe(true);
              }
            }
            // A threshold that no IoU of such boxes is equal to, so that ≥ is >.
            const soft = softNms(boxes, scores, { method: 'naive', iouThreshold: 0.3141 });
            const plain = nms(boxes, scores, { iouThreshold: 0.3141 });
            expect(Array.from(soft.indices.dataSync())).toEqual(Array.from(plain.indices.dataSync()));
          });
        }),
        { numRuns: 30 },
      );
    });

    it('takes none and names what is wrong', () => {
      const none = softNms(boxes2d([]), tf.tensor1d([], 'float32'));
      expect(none.indices.shape).toEqual([0]);
      expect(none.count.dataSync()[0]).toBe(0);
      const one = boxes2d([[0, 0, 1, 1]]);
      expect(() => softNms(one, tf.tensor1d([1, 2]))).toThrow('@equipoise/core: scores');
      expect(() => softNms(one, tf.tensor1d([1]), { method: 'cubic' as 'linear' })).toThrow('option method');
    });
  });

  describe('matrixNms and fastNms', () => {
    it.each(['gaussian', 'linear'] as const)('decay scores as by the book (%s)', (kernel) => {
      fc.assert(
        fc.property(candidates, (rows) => {
          tf.tidy(() => {
            const boxes = boxes2d(rows.map((r) => r.box));
            const scores = tf.tensor1d(
              rows.map((r) => r.score),
              'float32',
            );
            const classes = tf.tensor1d(
              rows.map((r) => r.group),
              'int32',
            );
            const decayed = withoutLeaks(() => matrixNms(boxes, scores, { kernel }, classes));
            expectClose(decayed, matrixByTheBook(rows, kernel), 2e-6);
          });
        }),
        { numRuns: 40 },
      );
    });

    it('let a box that is suppressed suppress less', () => {
      const boxes = boxes2d([
        [0, 0, 10, 10],
        [0, 4, 10, 14],
        [0, 8, 10, 18],
      ]);
      const scores = tf.tensor1d([0.9, 0.8, 0.7]);
      const [u, v] = [6 / 14, 2 / 18];
      expectClose(matrixNms(boxes, scores, { kernel: 'linear' }), [0.9, 0.8 * (1 - u), 0.7 * min(1 - v, 1)]);
      // Fast NMS drops the third, which plain NMS keeps.
      expect(Array.from(fastNms(boxes, scores, { iouThreshold: 0.3 }).indices.dataSync())).toEqual([
        0, -1, -1,
      ]);
      expect(Array.from(nms(boxes, scores, { iouThreshold: 0.3 }).indices.dataSync())).toEqual([0, 2, -1]);
      const classes = tf.tensor1d([0, 1, 1], 'int32');
      expect(Array.from(fastNms(boxes, scores, { iouThreshold: 0.3 }, classes).indices.dataSync())).toEqual([
        0, 1, -1,
      ]);
    });

    it('fast NMS keeps nothing that NMS drops', () => {
      fc.assert(
        fc.property(candidates, fc.constantFrom(0, 0.25, 0.5), (rows, iouThreshold) => {
          tf.tidy(() => {
            const boxes = boxes2d(rows.map((r) => r.box));
            const scores = tf.tensor1d(
              rows.map((r) => r.score),
              'float32',
            );
            const options = { iouThreshold, scoreThreshold: 0.2 };
            const fast = withoutLeaks(() => fastNms(boxes, scores, options));
            const kept = Array.from(nms(boxes, scores, options).indices.dataSync());
            for (const i of fast.indices.dataSync()) expect(kept).toContain(i);
          });
        }),
        { numRuns: 30 },
      );
    });

    it('take none and name what is wrong', () => {
      const [none, no] = [boxes2d([]), tf.tensor1d([], 'float32')];
      expect(matrixNms(none, no).shape).toEqual([0]);
      expect(fastNms(none, no, { maxOutput: 2 }).indices.shape).toEqual([2]);
      const one = boxes2d([[0, 0, 1, 1]]);
      expect(() => matrixNms(one, tf.tensor1d([1]), { kernel: 'cubic' as 'linear' })).toThrow(
        'option kernel',
      );
      expect(() => matrixNms(one, tf.tensor1d([1]), {}, tf.tensor1d([1]))).toThrow('classes');
      expect(() => fastNms(one, tf.tensor1d([1]), { offset: 1 } as object)).toThrow('option offset');
    });
  });
});
