import { randomSamples } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  compose,
  criterion,
  labelWeights,
  seededRandom,
  weightsOfAll,
  weightsOfSelection,
  type HardStrategy,
  type Samples,
  type SoftStrategy,
} from '../../src/index.ts';
import { onEachBackend } from '../boxes/support.ts';

/** Chooses every other sample, from the first one in even steps, from the second one in odd ones. */
const alternating: HardStrategy<number> = {
  kind: 'hard',
  name: 'alternating',
  options: { every: 2 },
  needs: ['image', 'deltas'],
  init: () => 0,
  apply(samples, step) {
    const place = tf.range(0, samples.labels.size, 1, 'float32');
    const mask = tf.cast<tf.Tensor1D>(tf.equal(tf.mod(place, 2), step % 2), 'float32');
    return [weightsOfSelection(samples, mask, 'selected'), step + 1];
  },
};

/** Weighs each sample by its first logit's probability, which carries gradient, and counts its steps from 10. */
const byScore = (changes: Partial<SoftStrategy<number>> = {}): SoftStrategy<number> => ({
  kind: 'soft',
  name: 'by-score',
  options: { power: 1 },
  needs: ['deltas', 'anchors'],
  init: () => 10,
  apply(samples, step) {
    return [{ ...weightsOfAll(samples, 'mean'), classification: scored(samples) }, step + 1];
  },
  ...changes,
});

const scored = (samples: Samples): tf.Tensor =>
  tf.mul(labelWeights(samples), tf.sigmoid(tf.squeeze(tf.slice(samples.logits, [0, 0], [-1, 1]), [1])));

const batch = (): Samples => {
  const samples = randomSamples({ seed: 4, n: 20, classes: 2, images: 1 });
  return { ...samples, weights: tf.tensor1d(Array.from({ length: 20 }, (_, i) => (i % 3) / 2)) };
};

const values = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync());

onEachBackend(() => {
  describe('hard ∘ soft', () => {
    test('has the product of both weights, label weights once', () => {
      tf.tidy(() => {
        const samples = batch();
        const random = seededRandom(0);
        const [weights] = compose(alternating, byScore()).apply(samples, [0, 10], random);
        const all = values(scored(samples));
        const chosen = all.map((weight, i) => (i % 2 === 0 ? weight : 0));
        expect(values(weights.classification)).toEqual(chosen);
        const box = values(weightsOfAll(samples, 'mean').box);
        expect(values(weights.box)).toEqual(box.map((weight, i) => (i % 2 === 0 ? weight : 0)));
      });
    });

    test('lets the soft strategy see what was not chosen as ignored, in its normalisers too', () => {
      tf.tidy(() => {
        const samples = batch();
        const labels = values(samples.labels);
        const own = values(samples.weights!).map((weight, i) =>
          labels[i] === -1 || i % 2 === 1 ? 0 : weight,
        );
        const positive = own.filter((weight, i) => weight > 0 && labels[i]! < 2).length;
        let seen: number[] = [];
        const soft = byScore({
          apply(samples, step) {
            seen = values(labelWeights(samples));
            return [weightsOfAll(samples, 'mean'), step];
          },
        });
        const [weights] = compose(alternating, soft).apply(samples, [0, 10], seededRandom(0));
        expect(seen).toEqual(own);
        expect(values(weights.classificationNormalizer)[0]).toBeCloseTo(
          own.reduce((a, b) => a + b, 0),
          5,
        );
        expect(values(weights.boxNormalizer)).toEqual([Math.max(1, positive)]);
        // The samples themselves stay.
        expect(values(labelWeights(samples))).not.toEqual(own);
      });
    });

    test('threads both states, and passes the randomness on', () => {
      tf.tidy(() => {
        const drawing = byScore({
          apply(samples, step, random) {
            return [weightsOfAll(samples, 'mean'), step + random.below(5)];
          },
        });
        const both = compose(alternating, drawing);
        expect(both.init()).toEqual([0, 10]);
        const [, next] = both.apply(batch(), both.init(), seededRandom(7));
        expect(next).toEqual([1, 10 + seededRandom(7).below(5)]);
        const [weights] = both.apply(batch(), next, seededRandom(7));
        expect(values(weights.classification)[0]).toBe(0);
      });
    });

    test('gives the losses in one piece where the soft strategy does', () => {
      tf.tidy(() => {
        const whole = byScore({
          loss: (samples, step) => [
            {
              classification: tf.sum(labelWeights(samples)),
              box: tf.scalar(0),
              weights: weightsOfAll(samples, 'sum'),
            },
            step + 1,
          ],
        });
        const samples = batch();
        const chosen = values(labelWeights(samples)).filter((_, i) => i % 2 === 0);
        const loss = criterion(compose(alternating, whole)).loss(samples);
        expect(loss.total.dataSync()[0]).toBeCloseTo(
          chosen.reduce((a, b) => a + b, 0),
          5,
        );
        const [, next] = compose(alternating, whole).loss!(samples, [0, 10], seededRandom(0));
        expect(next).toEqual([1, 11]);
        expect('loss' in compose(alternating, byScore())).toBe(false);
      });
    });

    test('keeps the gradient of the soft weights, and cuts that of the hard ones', () => {
      tf.tidy(() => {
        const samples = batch();
        const sumOf = (logits: tf.Tensor): tf.Scalar => {
          const [weights] = compose(alternating, byScore()).apply(
            { ...samples, logits: logits as tf.Tensor2D },
            [0, 10],
            seededRandom(0),
          );
          return tf.sum(weights.classification);
        };
        const gradient = tf.grad(sumOf)(samples.logits).arraySync() as number[][];
        const own = values(labelWeights(samples));
        gradient.forEach(([first, second], i) => {
          const p = 1 / (1 + Math.exp(-samples.logits.arraySync()[i]![0]!));
          expect(first).toBeCloseTo(i % 2 === 0 ? own[i]! * p * (1 - p) : 0, 5);
          expect(second).toBe(0);
        });
      });
    });

    test('does not learn through what the hard strategy chose by', () => {
      tf.tidy(() => {
        const samples = batch();
        const leaning: HardStrategy<number> = {
          ...alternating,
          apply: (given, step) => [{ ...weightsOfAll(given, 'sum'), classification: scored(given) }, step],
        };
        const plain = byScore({ apply: (given, step) => [weightsOfAll(given, 'sum'), step] });
        const gradient = tf.grad((logits) => {
          const given = { ...samples, logits: logits as tf.Tensor2D };
          const [weights] = compose(leaning, plain).apply(given, [0, 10], seededRandom(0));
          return tf.add(tf.sum(weights.classification), tf.mul(0, tf.sum(logits)));
        })(samples.logits);
        expect(values(gradient).every((value) => value === 0)).toBe(true);
      });
    });

    test('is described by both', () => {
      const both = compose(alternating, byScore());
      expect(both).toMatchObject({
        kind: 'soft',
        name: 'alternating+by-score',
        options: { alternating: { every: 2 }, 'by-score': { power: 1 } },
        needs: ['image', 'deltas', 'anchors'],
      });
    });

    test('refuses another order', () => {
      expect(() => compose(byScore() as never, alternating as never)).toThrow(
        '@equipoise/core: compose: expected a hard strategy, then a soft one, got soft, hard',
      );
    });
  });
});
