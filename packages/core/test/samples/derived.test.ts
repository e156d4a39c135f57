import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test, vi } from 'vitest';
import {
  atLeastOne,
  boxLosses,
  classCount,
  classificationLosses,
  decodedBoxes,
  defaultTask,
  giouLoss,
  imageOf,
  l1,
  labelWeights,
  matchedOverlaps,
  negatives,
  ofImage,
  perImage,
  positives,
  probabilities,
  rankingLosses,
  type Samples,
} from '../../src/index.ts';
import { once } from '../../src/samples/once.ts';
import { expectClose, onEachBackend } from '../boxes/support.ts';

const softmaxTask = { ...defaultTask, activation: 'softmax' } as const;
const values = (x: tf.Tensor): number[] => Array.from(x.dataSync());
const whole = (...numbers: number[]): tf.Tensor1D => tf.tensor1d(numbers, 'int32');

/** C = 2: positive, positive of weight 0, negative, ignored, negative of weight 2. */
const batch = (): Samples => ({
  logits: tf.tensor2d([
    [1, -1],
    [0, 0],
    [2, -3],
    [50, 50],
    [0.5, 0],
  ]),
  labels: whole(1, 0, 2, -1, 2),
  weights: tf.tensor1d([1, 0, 1, 1, 2]),
  image: whole(2, 0, 0, 0, 2),
  imageCount: 3,
});

const boxes = (): Samples => ({
  ...batch(),
  deltas: tf.tensor2d([[1, 0, 0, 0], ...Array.from({ length: 4 }, () => [5, 5, 5, 5])]),
  deltaTargets: tf.tensor2d([[0, 0, 0, 0], ...Array.from({ length: 4 }, () => [NaN, NaN, NaN, NaN])]),
  anchors: tf.tensor2d(Array.from({ length: 5 }, () => [0, 0, 10, 10])),
});

onEachBackend(() => {
  describe('masks', () => {
    test('tell positives and negatives, of which none is ignored', () => {
      tf.tidy(() => {
        const samples = batch();
        expect(values(labelWeights(samples))).toEqual([1, 0, 1, 0, 2]);
        expect(values(positives(samples))).toEqual([1, 0, 0, 0, 0]);
        expect(values(negatives(samples))).toEqual([0, 0, 1, 0, 1]);
        const { weights: _weights, ...unweighted } = samples;
        expect(values(labelWeights(unweighted))).toEqual([1, 1, 1, 0, 1]);
        expect(values(positives(unweighted))).toEqual([1, 1, 0, 0, 0]);
      });
    });

    test('count classes, and samples by image', () => {
      tf.tidy(() => {
        const samples = batch();
        expect(classCount(samples)).toBe(2);
        expect(classCount({ ...samples, task: softmaxTask })).toBe(1);
        expect(values(perImage(samples, labelWeights(samples)))).toEqual([1, 0, 3]);
        const { image: _image, imageCount: _count, ...one } = samples;
        expect(values(perImage(one, labelWeights(samples)))).toEqual([4]);
        expect(values(imageOf(one))).toEqual([0, 0, 0, 0, 0]);
        expect(imageOf(one).dtype).toBe('int32');
        expect(values(imageOf(samples))).toEqual([2, 0, 0, 0, 2]);
        expect(values(ofImage(samples, tf.tensor1d([5, 6, 7])))).toEqual([7, 5, 5, 5, 7]);
        expect(values(ofImage(one, tf.tensor1d([5])))).toEqual([5, 5, 5, 5, 5]);
        expect(values(atLeastOne(tf.tensor1d([0.25, 0.5])))).toEqual([1]);
        expect(values(atLeastOne(tf.tensor1d([2, 0.5])))).toEqual([2.5]);
      });
    });

    test('of no samples are empty, and 0 in each image', () => {
      tf.tidy(() => {
        const none: Samples = { logits: tf.zeros([0, 2]), labels: whole(), image: whole(), imageCount: 3 };
        expect(values(positives(none))).toEqual([]);
        expect(values(perImage(none, labelWeights(none)))).toEqual([0, 0, 0]);
        expect(values(atLeastOne(labelWeights(none)))).toEqual([1]);
      });
    });
  });

  describe('losses', () => {
    const softplus = (x: number): number => Math.log1p(Math.exp(x));

    test('are those of the task', () => {
      tf.tidy(() => {
        const losses = classificationLosses(batch()).arraySync() as number[][];
        expect(losses[0]![0]).toBeCloseTo(softplus(1), 5);
        expect(losses[0]![1]).toBeCloseTo(softplus(1), 5);
        expect(losses[2]![1]).toBeCloseTo(softplus(-3), 5);
        const softmax: Samples = {
          logits: tf.tensor2d([[1, 2, 3]]),
          labels: whole(2),
          task: softmaxTask,
        };
        expectClose(classificationLosses(softmax), [Math.log(Math.exp(-2) + Math.exp(-1) + 1)]);
      });
    });

    test('of boxes are 0 but at positives, whatever targets hold, and so is their gradient', () => {
      tf.tidy(() => {
        for (const boxLoss of [l1(), giouLoss()]) {
          const samples = { ...boxes(), task: { ...defaultTask, boxLoss } };
          const losses = values(boxLosses(samples));
          expect(losses[0]).toBeGreaterThan(0);
          expect(losses.slice(1)).toEqual([0, 0, 0, 0]);
          const gradient = tf
            .grad((deltas) => tf.sum(boxLosses({ ...samples, deltas: deltas as tf.Tensor2D })))(
              samples.deltas!,
            )
            .arraySync() as number[][];
          expect(gradient[0]![0]).toBeGreaterThan(0);
          expect(
            gradient
              .slice(1)
              .flat()
              .every((value) => value === 0),
          ).toBe(true);
        }
      });
    });

    test.each([l1(), giouLoss()])(
      '$name: a batch without positives has no box loss and no gradient',
      (boxLoss) => {
        tf.tidy(() => {
          const unwritten = tf.fill<tf.Rank.R2>([5, 4], NaN);
          const given = { ...boxes(), deltaTargets: unwritten, labels: whole(2, 2, 2, -1, 2) };
          const samples: Samples = { ...given, task: { ...defaultTask, boxLoss } };
          const { value, grad } = tf.valueAndGrad((deltas: tf.Tensor) =>
            tf.sum(boxLosses({ ...samples, deltas: deltas as tf.Tensor2D })),
          )(samples.deltas!);
          expect(values(value)).toEqual([0]);
          expect(values(grad).every((slope) => slope === 0)).toBe(true);
        });
      },
    );

    test('name the field that they lack', () => {
      tf.tidy(() => {
        const { anchors: _anchors, ...noAnchors } = boxes();
        const { deltaTargets: _targets, ...noTargets } = boxes();
        const task = { ...defaultTask, boxLoss: giouLoss() };
        expect(() => boxLosses(batch())).toThrow('samples.deltas: expected a tensor, for the box loss');
        expect(() => boxLosses(noTargets)).toThrow('samples.deltaTargets: expected a tensor');
        expect(() => boxLosses({ ...noAnchors, task })).toThrow('samples.anchors: expected a tensor');
      });
    });

    test('for ranking sum over classes and tasks, times the label weight', () => {
      tf.tidy(() => {
        const samples = { ...boxes(), task: { ...defaultTask, boxLoss: l1() } };
        const bare = values(rankingLosses(samples, { box: false }));
        expect(bare[0]).toBeCloseTo(2 * softplus(1), 5);
        expect(bare[1]).toBe(0);
        expect(bare[3]).toBe(0);
        expect(bare[4]).toBeCloseTo(2 * (softplus(0.5) + softplus(0)), 5);
        const both = values(rankingLosses(samples, { box: true }));
        expect(both[0]).toBeCloseTo(bare[0]! + 1, 5);
        expect(both.slice(1)).toEqual(bare.slice(1));
      });
    });
  });

  describe('what strategies rank and weigh by', () => {
    test.each<[string, (samples: Samples) => tf.Tensor]>([
      ['rankingLosses', (samples) => rankingLosses(samples, { box: true })],
      ['rankingLosses of classes', (samples) => rankingLosses(samples, { box: false })],
      ['probabilities', probabilities],
      ['decodedBoxes', decodedBoxes],
      ['matchedOverlaps', matchedOverlaps],
    ])('%s has no history', (_name, derive) => {
      tf.tidy(() => {
        const samples = boxes();
        const sumOf = (logits: tf.Tensor, deltas: tf.Tensor): tf.Scalar => {
          const given = { ...samples, logits: logits as tf.Tensor2D, deltas: deltas as tf.Tensor2D };
          // 0 times both, so that tfjs finds a way to either.
          const nothing = tf.mul(0, tf.add(tf.sum(logits), tf.sum(deltas)));
          return tf.add(tf.sum(tf.slice(derive(given), 0, 1)), nothing);
        };
        const gradients = tf.grads(sumOf)([samples.logits, samples.deltas!]);
        for (const gradient of gradients) expect(values(gradient).every((value) => value === 0)).toBe(true);
      });
    });
  });

  describe('predictions', () => {
    test('are probabilities and boxes', () => {
      tf.tidy(() => {
        const samples = boxes();
        expectClose(probabilities({ ...samples, logits: tf.tensor2d([[0, Math.log(3)]]) }), [[0.5, 0.75]]);
        expectClose(
          probabilities({ ...samples, logits: tf.tensor2d([[0, Math.log(3)]]), task: softmaxTask }),
          [[0.25, 0.75]],
        );
        expectClose(tf.slice(decodedBoxes(samples), 0, 1), [[1, 0, 11, 10]]);
        expectClose(tf.slice(matchedOverlaps(samples), 0, 1), [90 / 110]);
      });
    });
  });

  describe('once', () => {
    test('makes a quantity once in a scope, and anew after it', () => {
      const samples = tf.tidy(() => {
        const { logits, labels } = batch();
        return { logits: tf.keep(logits), labels: tf.keep(labels) };
      });
      const make = vi.fn<() => tf.Tensor>(() => tf.scalar(1));
      const before = tf.memory().numTensors;
      for (let step = 1; step <= 3; step += 1) {
        tf.tidy(() => {
          const first = once(samples, 'test', make);
          expect(once(samples, 'test', make)).toBe(first);
          expect(first.isDisposed).toBe(false);
          expect(make).toHaveBeenCalledTimes(step);
        });
        expect(tf.memory().numTensors).toBe(before);
      }
      tf.dispose([samples.logits, samples.labels]);
    });

    test('tells names and samples apart', () => {
      tf.tidy(() => {
        const [a, b] = [batch(), batch()];
        const make = (): tf.Tensor => tf.scalar(0);
        expect(once(a, 'x', make)).not.toBe(once(a, 'y', make));
        expect(once(a, 'x', make)).not.toBe(once(b, 'x', make));
        expect(labelWeights(a)).toBe(labelWeights(a));
        expect(rankingLosses(a, { box: false })).toBe(rankingLosses(a, { box: false }));
      });
    });

    test('does not serve what was disposed by hand', () => {
      tf.tidy(() => {
        const samples = batch();
        labelWeights(samples).dispose();
        expect(values(labelWeights(samples))).toEqual([1, 0, 1, 0, 2]);
      });
    });
  });
});
