import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GreedyNmsAttributes } from '../../src/operations/greedy-nms.ts';
import { greedyNms } from '../../src/operations/greedy-nms.ts';
import { LOWEST_SCORE } from '../../src/operations/lowest-score.ts';
import { boxes2d, onEachBackend, randomBoxes, uniform, withoutLeaks } from './support.ts';

const attributes: GreedyNmsAttributes = {
  groupCount: 3,
  iouThreshold: 0.3,
  maxPerGroup: 5,
  offset: 0,
  scoreThreshold: LOWEST_SCORE,
};

/** Coarse grids of coordinates and scores, so that ties of both are the rule. */
const candidates = fc.array(
  fc.record({
    box: fc
      .tuple(fc.nat(9), fc.nat(9), fc.nat(6), fc.nat(6))
      .map(([x, y, w, h]) => [x - 4, y - 4, x - 4 + w, y - 4 + h]),
    score: fc.integer({ min: -2, max: 2 }),
    group: fc.integer({ min: -1, max: 3 }),
  }),
  { maxLength: 40 },
);

onEachBackend((backend) => {
  describe('greedyNms', () => {
    it('composed equals host, ties included', () => {
      const settings = fc.record({
        groupCount: fc.constantFrom(1, 3),
        iouThreshold: fc.constantFrom(0, 0.3, 0.5, 1),
        maxPerGroup: fc.nat(12),
        offset: fc.constantFrom<0 | 1>(0, 1),
        scoreThreshold: fc.constantFrom(LOWEST_SCORE, 0),
      });
      fc.assert(
        fc.property(candidates, settings, (rows, setting) => {
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
            };
            const composed = withoutLeaks(() => greedyNms.composed(inputs, setting));
            const host = withoutLeaks(() => greedyNms.host!(inputs, setting));
            expect(composed.dtype).toBe('float32');
            expect(Array.from(composed.dataSync())).toEqual(Array.from(host.dataSync()));
          });
        }),
        { numRuns: 60 },
      );
    });

    it('composed equals host on many boxes, where the host uses its grid', () => {
      tf.tidy(() => {
        const count = 1500;
        const next = uniform(3);
        const inputs = {
          boxes: tf.tensor2d(randomBoxes(count, 300, 1, 60), [count, 4]),
          scores: tf.tensor1d(Float32Array.from({ length: count }, () => Math.floor(next() * 50) / 50)),
          group: tf.tensor1d(
            Int32Array.from({ length: count }, () => Math.floor(next() * 3)),
            'int32',
          ),
        };
        const many = { ...attributes, maxPerGroup: 200, iouThreshold: 0.25 };
        const composed = greedyNms.composed(inputs, many).dataSync();
        expect(Array.from(composed).filter((x) => x === 1).length).toBeGreaterThan(300);
        expect(Array.from(composed)).toEqual(Array.from(greedyNms.host!(inputs, many).dataSync()));
      });
    });

    it('is quick enough for OHEM: 54,432 samples, 8 images', () => {
      const count = 54_432;
      const next = uniform(5);
      const inputs = {
        boxes: tf.tensor2d(randomBoxes(count, 192, 10, 60), [count, 4]),
        scores: tf.tensor1d(Float32Array.from({ length: count }, next)),
        group: tf.tensor1d(
          Int32Array.from({ length: count }, (_, i) => Math.floor(i / 6804)),
          'int32',
        ),
      };
      for (const maxPerGroup of [64, 256]) {
        const run = (): number => {
          const start = performance.now();
          const kept = greedyNms.host!(inputs, {
            ...attributes,
            groupCount: 8,
            maxPerGroup,
            iouThreshold: 0.7,
          });
          kept.dispose();
          return performance.now() - start;
        };
        const best = Math.min(...Array.from({ length: 5 }, run));
        // oxlint-disable-next-line no-console -- a timing to read
        console.log(
          `${backend}: greedy NMS, 54,432 samples, 8 groups, ${maxPerGroup} each: ${best.toFixed(1)} ms`,
        );
        expect(best).toBeLessThan(500);
      }
    });
  });
});
