import { agrees } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { greedyNms } from '../../src/index.ts';
import { LOWEST_SCORE } from '../../src/operations/lowest-score.ts';
import { boxes2d, onEachBackend } from '../boxes/support.ts';

const drawn = fc.record({
  rows: fc.array(
    fc.record({
      box: fc.tuple(fc.nat(6), fc.nat(6), fc.nat(5), fc.nat(5)).map(([x, y, w, h]) => [x, y, x + w, y + h]),
      score: fc.integer({ min: -1, max: 1 }),
      group: fc.integer({ min: -1, max: 2 }),
    }),
    { maxLength: 24, size: 'max' },
  ),
  groupCount: fc.constantFrom(1, 2),
  iouThreshold: fc.constantFrom(0, 0.3, 0.5, 1),
  maxPerGroup: fc.nat(6),
  offset: fc.constantFrom<0 | 1>(0, 1),
  scoreThreshold: fc.constantFrom(LOWEST_SCORE, 0),
});

onEachBackend(() => {
  describe('greedyNms', () => {
    test('is one law', async () => {
      const law = agrees(greedyNms, drawn, ({ rows, ...attributes }) => [
        {
          boxes: boxes2d(rows.map((row) => row.box)),
          scores: tf.tensor1d(Float32Array.from(rows, (row) => row.score)),
          group: tf.tensor1d(
            Int32Array.from(rows, (row) => row.group),
            'int32',
          ),
        },
        attributes,
      ]);
      await expect(fc.assert(law, { numRuns: 40 })).resolves.toBeUndefined();
    });
  });
});
