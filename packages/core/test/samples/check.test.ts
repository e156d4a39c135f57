import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkSamples, checkSampleValues, defaultTask, type Samples } from '../../src/index.ts';
import { onEachBackend } from '../boxes/support.ts';

const whole = (...values: number[]): tf.Tensor1D => tf.tensor1d(values, 'int32');

onEachBackend(() => {
  let samples: Samples;
  beforeAll(() => {
    tf.engine().startScope();
    samples = {
      logits: tf.zeros([3, 2]),
      labels: whole(0, 2, -1),
      weights: tf.tensor1d([1, 0, 2]),
      image: whole(0, 1, 1),
      imageCount: 2,
      level: whole(0, 0, 4),
      groundTruth: whole(3, -1, -1),
      deltas: tf.zeros([3, 4]),
      deltaTargets: tf.zeros([3, 4]),
      anchors: tf.ones([3, 4]),
      maxOverlaps: tf.tensor1d([1, 0, 0.5]),
    };
  });
  afterAll(() => {
    tf.engine().endScope();
  });

  describe('checkSamples', () => {
    test('accepts samples with all fields or with the two that are needed', () => {
      expect(() => checkSamples(samples, ['deltas', 'level'])).not.toThrow();
      expect(() => checkSamples({ logits: samples.logits, labels: samples.labels })).not.toThrow();
    });

    test.each<[string, () => Partial<Samples>, string]>([
      [
        'no labels',
        () => ({ labels: undefined as never }),
        'core: samples.labels: expected a tensor, got undefined',
      ],
      [
        'labels of another length',
        () => ({ labels: whole(0, 1) }),
        'samples.labels: expected shape [3], got shape [2]',
      ],
      [
        'labels of another rank',
        () => ({ labels: tf.zeros([3, 1], 'int32') as never }),
        'samples.labels: expected shape [3], got shape [3, 1]',
      ],
      [
        'labels as float32',
        () => ({ labels: tf.tensor1d([0, 1, 2]) }),
        "samples.labels: expected int32, got 'float32'",
      ],
      [
        'logits as int32',
        () => ({ logits: tf.zeros([3, 2], 'int32') }),
        "samples.logits: expected float32, got 'int32'",
      ],
      [
        'three deltas',
        () => ({ deltas: tf.zeros([3, 3]) }),
        'samples.deltas: expected shape [3, 4], got shape [3, 3]',
      ],
      [
        'no columns',
        () => ({ logits: tf.zeros([3, 0]) }),
        'samples.logits: expected at least 1 columns, got 0',
      ],
      [
        'one column with softmax',
        () => ({ logits: tf.zeros([3, 1]), task: { ...defaultTask, activation: 'softmax' } }),
        'samples.logits: expected at least 2 columns, got 1',
      ],
      [
        'images without their number',
        () => ({ imageCount: undefined as never }),
        'samples.imageCount: expected the number of images, given with samples.image, got undefined',
      ],
      [
        'a number of images alone',
        () => ({ image: undefined as never }),
        'samples.imageCount: expected samples.image with it, got 2',
      ],
      ['no images', () => ({ imageCount: 0 }), 'samples.imageCount: expected an integer ≥ 1, got 0'],
      [
        'overlaps of another length',
        () => ({ maxOverlaps: tf.zeros([4]) }),
        'samples.maxOverlaps: expected shape [3], got shape [4]',
      ],
    ])('refuses %s', (_what, change, said) => {
      expect(() => checkSamples({ ...samples, ...change() })).toThrow(said);
    });

    test('names who asks for a field that is missing', () => {
      const { level: _level, ...others } = samples;
      expect(() => checkSamples(others, ['level'], 'ghm')).toThrow(
        '@equipoise/core: samples.level: expected a tensor, which ghm needs, got undefined',
      );
    });
  });

  describe('checkSampleValues', () => {
    test('accepts what may stand in samples', async () => {
      await expect(checkSampleValues(samples)).resolves.toBeUndefined();
      const nowhereRead = tf.tensor2d([
        [0, 0, 0, 0],
        [NaN, 0, 0, 0],
        [NaN, Infinity, 0, 0],
      ]);
      await expect(checkSampleValues({ ...samples, deltaTargets: nowhereRead })).resolves.toBeUndefined();
    });

    test.each<[string, () => Partial<Samples>, string]>([
      [
        'NaN among logits',
        () => ({
          logits: tf.tensor2d([
            [0, 0],
            [0, NaN],
            [Infinity, 0],
          ]),
        }),
        'samples.logits of sample 1: expected finite numbers, got NaN',
      ],
      [
        'an infinite delta',
        () => ({
          deltas: tf.tensor2d([
            [0, 0, 0, 0],
            [0, 0, 0, 0],
            [0, -Infinity, 0, 0],
          ]),
        }),
        'samples.deltas of sample 2: expected finite numbers, got -Infinity',
      ],
      [
        'a target of a positive that is no number',
        () => ({ deltaTargets: tf.fill([3, 4], NaN) }),
        'samples.deltaTargets of sample 0: expected finite numbers at positives, got NaN',
      ],
      [
        'a class too many',
        () => ({ labels: whole(0, 3, 1) }),
        'samples.labels of sample 1: expected -1 to 2, got 3',
      ],
      [
        'a label below -1',
        () => ({ labels: whole(0, 1, -2) }),
        'samples.labels of sample 2: expected -1 to 2, got -2',
      ],
      [
        'a weight below 0',
        () => ({ weights: tf.tensor1d([1, -0.5, 1]) }),
        'samples.weights of sample 1: expected finite numbers ≥ 0, got -0.5',
      ],
      [
        'an image too many',
        () => ({ image: whole(0, 1, 2) }),
        'samples.image of sample 2: expected 0 to 1, got 2',
      ],
      [
        'a level below 0',
        () => ({ level: whole(0, -1, 0) }),
        'samples.level of sample 1: expected integers ≥ 0, got -1',
      ],
      [
        'a ground truth below -1',
        () => ({ groundTruth: whole(-2, 0, 0) }),
        'samples.groundTruth of sample 0: expected integers ≥ -1, got -2',
      ],
      [
        'an anchor that is no number',
        () => ({ anchors: tf.fill([3, 4], NaN) }),
        'samples.anchors of sample 0',
      ],
      [
        'an overlap that is no number',
        () => ({ maxOverlaps: tf.tensor1d([0, 0, NaN]) }),
        'samples.maxOverlaps of sample 2',
      ],
      ['a wrong shape', () => ({ deltas: tf.zeros([3, 3]) }), 'samples.deltas: expected shape [3, 4]'],
    ])('refuses %s', async (_what, change, said) => {
      await expect(checkSampleValues({ ...samples, ...change() })).rejects.toThrow(said);
    });

    test('counts the classes of a softmax without background', async () => {
      const softmax = {
        ...samples,
        logits: tf.zeros([3, 3]) as tf.Tensor2D,
        task: { ...defaultTask, activation: 'softmax' as const },
      };
      await expect(checkSampleValues(softmax)).resolves.toBeUndefined();
      await expect(checkSampleValues({ ...softmax, labels: whole(0, 3, 1) })).rejects.toThrow(
        'expected -1 to 2',
      );
    });
  });
});
