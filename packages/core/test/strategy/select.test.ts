import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  seededRandom,
  select,
  weightsOfSelection,
  type HardStrategy,
  type Samples,
} from '../../src/index.ts';
import { onEachBackend } from '../boxes/support.ts';

/** Chooses the given samples; counts its steps. */
const choosing = (chosen: readonly boolean[]): HardStrategy<number> => ({
  kind: 'hard',
  name: 'choosing',
  options: {},
  needs: [],
  init: () => 0,
  apply: (samples, step) => [
    weightsOfSelection(samples, tf.tensor1d(chosen.map(Number)), 'selected'),
    step + 1,
  ],
});

const samplesOf = (labels: readonly number[], weights?: readonly number[]): Samples => ({
  logits: tf.zeros([labels.length, 1]),
  labels: tf.tensor1d([...labels], 'int32'),
  ...(weights ? { weights: tf.tensor1d([...weights]) } : {}),
});

onEachBackend(() => {
  describe('select', () => {
    test('gives the chosen ascending, then pads with others, and a mask of both', () => {
      fc.assert(
        fc.property(
          fc
            .array(fc.record({ chosen: fc.boolean(), label: fc.integer({ min: -1, max: 1 }) }), {
              minLength: 1,
              maxLength: 30,
            })
            .chain((rows) => fc.tuple(fc.constant(rows), fc.integer({ min: 1, max: rows.length }))),
          ([rows, count]) => {
            tf.tidy(() => {
              const strategy = choosing(rows.map((row) => row.chosen));
              const samples = samplesOf(rows.map((row) => row.label));
              const [{ indices, mask }, next] = select(strategy, samples, 4, seededRandom(0), count);
              expect(next).toBe(5);
              expect(indices.dtype).toBe('int32');
              expect(indices.shape).toEqual([count]);
              const chosen = rows.flatMap((row, i) => (row.chosen && row.label !== -1 ? [i] : []));
              const got = Array.from(indices.dataSync());
              const kept = chosen.slice(0, count);
              expect(Array.from(mask.dataSync())).toEqual(got.map((_, i) => Number(i < kept.length)));
              expect(got.slice(0, kept.length)).toEqual(kept);
              const padding = got.slice(kept.length);
              expect(padding.every((i) => i >= 0 && i < rows.length && !chosen.includes(i))).toBe(true);
              expect(new Set(got).size).toBe(count);
            });
          },
        ),
        { numRuns: 60 },
      );
    });

    test('counts what has a label weight below 1 as chosen', () => {
      tf.tidy(() => {
        const samples = samplesOf([0, 1, 0], [0.01, 0, 7]);
        const strategy = choosing([true, true, true]);
        const [{ indices, mask }] = select(strategy, samples, 0, seededRandom(0), 3);
        expect(Array.from(indices.dataSync())).toEqual([0, 2, 1]);
        expect(Array.from(mask.dataSync())).toEqual([1, 1, 0]);
      });
    });

    test('refuses a count that is no whole number from 1 to n', () => {
      tf.tidy(() => {
        for (const count of [0, 3, 1.5, NaN]) {
          expect(() => select(choosing([true, true]), samplesOf([0, 1]), 0, seededRandom(0), count)).toThrow(
            `@equipoise/core: select count: expected an integer from 1 to 2, got ${count}`,
          );
        }
      });
    });
  });
});
