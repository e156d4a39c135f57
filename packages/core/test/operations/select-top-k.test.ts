import { agrees } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { selectTopK } from '../../src/index.ts';
import { onEachBackend } from '../boxes/support.ts';

interface Drawn {
  readonly rows: readonly { score: number; eligible: boolean; image: number }[];
  readonly k: readonly number[];
}

// Few scores, so that ties are the rule.
const drawn: fc.Arbitrary<Drawn> = fc.record({
  rows: fc.array(
    fc.record({
      score: fc.integer({ min: -3, max: 3 }).map((value) => value / 2),
      eligible: fc.boolean(),
      image: fc.nat(2),
    }),
    { maxLength: 40, size: 'max' },
  ),
  k: fc.array(fc.nat(12), { minLength: 1, maxLength: 3 }),
});

const build = ({ rows, k }: Drawn) => {
  const inputs = {
    scores: tf.tensor1d(Float32Array.from(rows, (row) => row.score)),
    eligible: tf.tensor1d(Float32Array.from(rows, (row) => Number(row.eligible))),
    image: tf.tensor1d(
      Int32Array.from(rows, (row) => row.image % k.length),
      'int32',
    ),
    k: tf.tensor1d([...k], 'float32'),
  };
  return [inputs, { imageCount: k.length }] as const;
};

/** Sorts each image. */
function oracle({ rows, k }: Drawn): number[] {
  const chosen = rows.map(() => 0);
  k.forEach((count, image) => {
    rows
      .map((row, i) => ({ ...row, i }))
      .filter((row) => row.eligible && row.image % k.length === image)
      .toSorted((a, b) => b.score - a.score || a.i - b.i)
      .slice(0, count)
      .forEach(({ i }) => (chosen[i] = 1));
  });
  return chosen;
}

onEachBackend(() => {
  describe('selectTopK', () => {
    test('composed equals host', async () => {
      await expect(fc.assert(agrees(selectTopK, drawn, build), { numRuns: 100 })).resolves.toBeUndefined();
    });

    test('keeps the k eligible of highest score in each image, the first of equals', () => {
      fc.assert(
        fc.property(drawn, (given) => {
          tf.tidy(() => {
            const [inputs, attributes] = build(given);
            const wanted = oracle(given);
            expect(Array.from(selectTopK(inputs, attributes).dataSync())).toEqual(wanted);
            expect(Array.from(selectTopK.composed(inputs, attributes).dataSync())).toEqual(wanted);
          });
        }),
        { numRuns: 60 },
      );
    });

    test('keeps the k highest of many, and the first of many equals', () => {
      tf.tidy(() => {
        const n = 5000;
        const keptOf = (scores: Float32Array): number[] => {
          const inputs = {
            scores: tf.tensor1d(scores),
            eligible: tf.ones<tf.Rank.R1>([n]),
            image: tf.zeros<tf.Rank.R1>([n], 'int32'),
            k: tf.tensor1d([700]),
          };
          return Array.from(selectTopK.host!(inputs, { imageCount: 1 }).dataSync());
        };
        const shuffled = Float32Array.from({ length: n }, (_, i) => (i * 2741) % n);
        expect(keptOf(shuffled)).toEqual(Array.from(shuffled, (score) => Number(score >= n - 700)));
        expect(keptOf(new Float32Array(n).fill(3))).toEqual(Array.from(shuffled, (_, i) => Number(i < 700)));
      });
    });
  });
});
