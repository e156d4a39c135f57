import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MaxIouAssignmentAttributes } from '../../src/operations/max-iou-assignment.ts';
import { maxIouAssignment } from '../../src/operations/max-iou-assignment.ts';
import { boxes2d, onEachBackend, randomBoxes, withoutLeaks } from '../boxes/support.ts';

const retina: MaxIouAssignmentAttributes = {
  positiveIou: 0.5,
  negativeLow: 0,
  negativeHigh: 0.4,
  lowQuality: 'reassign',
  minPositiveIou: 0,
  matchZero: false,
  assignAllTies: true,
  ignoreIofThreshold: 0.5,
  ignoreByAnchorArea: true,
};

/** Coarse grids of coordinates, so that ties are the rule; degenerate boxes included. */
const box = fc
  .tuple(fc.nat(8), fc.nat(8), fc.nat(5), fc.nat(5))
  .map(([x, y, w, h]) => [x - 3, y - 3, x - 3 + w, y - 3 + h]);

const settings = fc.record<MaxIouAssignmentAttributes>({
  positiveIou: fc.constantFrom(0.5, 0.7, 0.2),
  negativeLow: fc.constantFrom(0, 0.1),
  negativeHigh: fc.constantFrom(0.1, 0.4, 0.5),
  lowQuality: fc.constantFrom('none', 'reassign', 'promote'),
  minPositiveIou: fc.constantFrom(0, 0.3),
  matchZero: fc.boolean(),
  assignAllTies: fc.boolean(),
  ignoreIofThreshold: fc.constantFrom(-1, 0.2, 0.5),
  ignoreByAnchorArea: fc.boolean(),
});

onEachBackend((backend) => {
  describe('maxIouAssignment', () => {
    it('composed equals host, ties included', () => {
      fc.assert(
        fc.property(
          fc.array(box, { maxLength: 30 }),
          fc.array(box, { maxLength: 7 }),
          fc.array(box, { maxLength: 3 }),
          settings,
          (anchors, boxes, ignored, setting) => {
            tf.tidy(() => {
              const inputs = { anchors: boxes2d(anchors), boxes: boxes2d(boxes), ignored: boxes2d(ignored) };
              const host = withoutLeaks(() => maxIouAssignment.host!(inputs, setting));
              const composed = withoutLeaks(() => maxIouAssignment.composed(inputs, setting));
              for (const i of [0, 1] as const) {
                expect(composed[i].dtype).toBe(host[i].dtype);
                expect(Array.from(composed[i].dataSync())).toEqual(Array.from(host[i].dataSync()));
              }
              expect(host[0].dataSync().every((code) => code >= -2 && code < Math.max(boxes.length, 1))).toBe(
                true,
              );
            });
          },
        ),
        { numRuns: 120 },
      );
    });

    it('composed equals host over several blocks', () => {
      tf.tidy(() => {
        const [n, k] = [70_000, 16]; // 2^20 / 70,000: blocks of 14 ground truths
        const inputs = {
          anchors: tf.tensor2d(randomBoxes(n, 500, 10, 80, 1), [n, 4]),
          boxes: tf.tensor2d(randomBoxes(k, 500, 10, 80, 2), [k, 4]),
          ignored: tf.tensor2d(randomBoxes(20, 500, 10, 80, 3), [20, 4]),
        };
        const host = maxIouAssignment.host!(inputs, retina);
        const composed = maxIouAssignment.composed(inputs, retina);
        for (const i of [0, 1] as const) {
          const [a, b] = [host[i].dataSync(), composed[i].dataSync()];
          expect(a.findIndex((x, j) => x !== b[j])).toBe(-1);
        }
      });
    });

    it('works on 100,000 anchors and 500 boxes', () => {
      const [n, k] = [100_000, 500];
      const inputs = {
        anchors: tf.tensor2d(randomBoxes(n, 1000, 10, 100, 1), [n, 4]),
        boxes: tf.tensor2d(randomBoxes(k, 1000, 10, 100, 2), [k, 4]),
        ignored: boxes2d([]),
      };
      const start = performance.now();
      const [assigned] = maxIouAssignment.host!(inputs, retina);
      const elapsed = performance.now() - start;
      // oxlint-disable-next-line no-console -- a timing to read
      console.log(`${backend}: ${n} anchors × ${k} boxes on the host: ${elapsed.toFixed(0)} ms`);
      expect(assigned.shape).toEqual([n]);
      expect(new Set(assigned.dataSync()).size).toBe(k + 2);
      expect(elapsed).toBeLessThan(10_000);
    });
  });
});
