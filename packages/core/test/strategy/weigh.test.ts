import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { weightsOfAll, weightsOfSelection, type Normalizer, type Samples } from '../../src/index.ts';
import { onEachBackend } from '../boxes/support.ts';

// C = 2: two positives that count, one of label weight 0, one ignored, three negatives.
const samples = (): Samples => ({
  logits: tf.zeros([7, 2]),
  labels: tf.tensor1d([0, 1, 1, -1, 2, 2, 2], 'int32'),
  weights: tf.tensor1d([2, 0.5, 0, 3, 1, 1, 4]),
});
const value = (x: tf.Tensor): number => x.dataSync()[0]!;

onEachBackend(() => {
  describe('weights where all train', () => {
    test.each<[Normalizer, number]>([
      ['mean', 8.5],
      ['selected', 8.5],
      ['positives', 2],
      ['sum', 1],
    ])('divided by %s', (normalizer, divisor) => {
      tf.tidy(() => {
        const all = weightsOfAll(samples(), normalizer);
        expect(Array.from(all.classification.dataSync())).toEqual([2, 0.5, 0, 0, 1, 1, 4]);
        expect(Array.from(all.box.dataSync())).toEqual([2, 0.5, 0, 0, 0, 0, 0]);
        expect(value(all.classificationNormalizer)).toBe(divisor);
        expect(value(all.boxNormalizer)).toBe(2);
      });
    });
  });

  describe('weights of a selection', () => {
    test.each<[Normalizer, number]>([
      ['mean', 8.5],
      ['selected', 3],
      ['positives', 1],
      ['sum', 1],
    ])('divided by %s', (normalizer, divisor) => {
      tf.tidy(() => {
        const mask = tf.tensor1d([1, 0, 1, 1, 1, 0, 0]);
        const chosen = weightsOfSelection(samples(), mask, normalizer);
        expect(Array.from(chosen.classification.dataSync())).toEqual([2, 0, 0, 0, 1, 0, 0]);
        expect(Array.from(chosen.box.dataSync())).toEqual([2, 0, 0, 0, 0, 0, 0]);
        expect(value(chosen.classificationNormalizer)).toBe(divisor);
        expect(value(chosen.boxNormalizer)).toBe(1);
      });
    });

    test('is divided by at least 1 where nothing is chosen', () => {
      tf.tidy(() => {
        for (const normalizer of ['mean', 'selected', 'positives', 'sum'] as const) {
          const none = weightsOfSelection(samples(), tf.zeros([7]), normalizer);
          expect(value(none.classificationNormalizer)).toBe(normalizer === 'mean' ? 8.5 : 1);
          expect(value(none.boxNormalizer)).toBe(1);
        }
      });
    });
  });
});
