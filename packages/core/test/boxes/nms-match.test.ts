import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nmsMatch } from '../../src/boxes/nms-match.ts';
import { greedyNmsMatch } from '../../src/operations/nms-match.ts';
import { boxes2d, onEachBackend, randomBoxes, uniform, withoutLeaks } from './support.ts';

const { fround, max, min } = Math;

/** mmcv `nms_match` as it is written down: [keeper, suppressed by descending score] in turn; ties by lower index. */
function groupsByTheBook(
  boxes: readonly (readonly number[])[],
  scores: readonly number[],
  threshold: number,
) {
  const order = scores.map((_, i) => i).toSorted((a, b) => scores[b]! - scores[a]! || a - b);
  const gone = new Set<number>();
  const groups: number[][] = [];
  for (const [place, i] of order.entries()) {
    if (gone.has(i)) continue;
    const group = [i];
    for (const j of order.slice(place + 1)) {
      if (!gone.has(j) && iou(boxes[i]!, boxes[j]!) >= fround(threshold)) {
        gone.add(j);
        group.push(j);
      }
    }
    groups.push(group);
  }
  return groups;
}

function iou(a: readonly number[], b: readonly number[]): number {
  const inter = max(0, min(a[2]!, b[2]!) - max(a[0]!, b[0]!)) * max(0, min(a[3]!, b[3]!) - max(a[1]!, b[1]!));
  const area = (c: readonly number[]): number => (c[2]! - c[0]!) * (c[3]! - c[1]!);
  return fround(inter / (area(a) + area(b) - inter));
}

const candidates = fc.array(
  fc.record({
    box: fc
      .tuple(fc.nat(9), fc.nat(9), fc.nat(6), fc.nat(6))
      .map(([x, y, w, h]) => [x - 4, y - 4, x - 4 + w, y - 4 + h]),
    score: fc.integer({ min: -2, max: 2 }),
    group: fc.nat(2),
    eligible: fc.integer({ min: 0, max: 1 }),
  }),
  { maxLength: 30 },
);

onEachBackend(() => {
  describe('nmsMatch', () => {
    it('belongs from the threshold on, where plain NMS asks for more', () => {
      const boxes = boxes2d([
        [0, 0, 10, 10],
        [0, 0, 10, 5],
        [0, 0, 10, 4],
        [30, 30, 40, 40],
      ]);
      const scores = tf.tensor1d([0.5, 0.9, 0.8, 0.1]);
      expect(Array.from(withoutLeaks(() => nmsMatch(boxes, scores)).dataSync())).toEqual([1, 1, 1, 3]);
      expect(Array.from(nmsMatch(boxes, scores, { iouThreshold: 0.51 }).dataSync())).toEqual([0, 1, 1, 3]);
      expect(Array.from(nmsMatch(boxes, scores, { scoreThreshold: 0.8 }).dataSync())).toEqual([0, 1, 2, 3]);
      expect(Array.from(nmsMatch(boxes, scores, { maxKeepers: 0 }).dataSync())).toEqual([0, 1, 2, 3]);
    });

    it('makes the groups of mmcv', () => {
      fc.assert(
        fc.property(candidates, fc.constantFrom(0.2, 0.25, 0.5, 1), (rows, threshold) => {
          tf.tidy(() => {
            const boxes = rows.map((r) => r.box);
            const scores = rows.map((r) => r.score);
            const keeper = Array.from<number>({ length: rows.length });
            for (const group of groupsByTheBook(boxes, scores, threshold)) {
              for (const i of group) keeper[i] = group[0]!;
            }
            const options = { iouThreshold: threshold };
            const got = nmsMatch(boxes2d(boxes), tf.tensor1d(scores, 'float32'), options);
            expect(got.dtype).toBe('int32');
            expect(Array.from(got.dataSync())).toEqual(keeper);
          });
        }),
        { numRuns: 60 },
      );
    });

    it('composed equals host: groups, ties, bounds', () => {
      fc.assert(
        fc.property(
          candidates,
          fc.constantFrom(0.2, 0.5, 1),
          fc.nat(12),
          (rows, iouThreshold, maxKeepers) => {
            tf.tidy(() => {
              const inputs = {
                boxes: boxes2d(rows.map((r) => r.box)),
                scores: tf.tensor1d(
                  rows.map((r) => r.score / 2),
                  'float32',
                ),
                group: tf.tensor1d(
                  rows.map((r) => r.group),
                  'int32',
                ),
                eligible: tf.tensor1d(
                  rows.map((r) => r.eligible),
                  'float32',
                ),
              };
              const attributes = { groupCount: 3, iouThreshold, maxKeepers };
              const composed = withoutLeaks(() => greedyNmsMatch.composed(inputs, attributes));
              const host = withoutLeaks(() => greedyNmsMatch.host!(inputs, attributes));
              expect(Array.from(composed.dataSync())).toEqual(Array.from(host.dataSync()));
            });
          },
        ),
        { numRuns: 60 },
      );
    });

    it('composed equals host on many boxes, where the host uses its grid', () => {
      tf.tidy(() => {
        const count = 900;
        const next = uniform(3);
        const inputs = {
          boxes: tf.tensor2d(randomBoxes(count, 300, 1, 60), [count, 4]),
          scores: tf.tensor1d(Float32Array.from({ length: count }, () => Math.floor(next() * 50) / 50)),
          group: tf.tensor1d(
            Int32Array.from({ length: count }, () => Math.floor(next() * 2)),
            'int32',
          ),
          eligible: tf.ones([count]) as tf.Tensor1D,
        };
        const attributes = { groupCount: 2, iouThreshold: 0.3, maxKeepers: 150 };
        const composed = Array.from(greedyNmsMatch.composed(inputs, attributes).dataSync());
        expect(composed.filter((keeper, i) => keeper !== i).length).toBeGreaterThan(100);
        expect(composed).toEqual(Array.from(greedyNmsMatch.host!(inputs, attributes).dataSync()));
      });
    });

    it('takes none and names what is wrong', () => {
      expect(nmsMatch(boxes2d([]), tf.tensor1d([], 'float32')).shape).toEqual([0]);
      const one = boxes2d([[0, 0, 1, 1]]);
      expect(() => nmsMatch(one, tf.tensor1d([1, 2]))).toThrow('@equipoise/core: scores');
      expect(() => nmsMatch(one, tf.tensor1d([1]), { iouThreshold: 0 })).toThrow('option iouThreshold');
    });
  });
});
