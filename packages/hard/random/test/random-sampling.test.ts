import { seededRandom } from '@equipoise/core';
import { randomSampling, sampleRandom, torchRandom, withGroundTruthCandidates } from '@equipoise/random';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BACKENDS } from './backends.ts';
import { choose, randomScene, samplesOf } from './scene.ts';

// prettier-ignore
const GT_INDS = [0, 1, 0, 0, 1, -1, -1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1];

describe('golden: indices', () => {
  test("are mmdetection's after torch.manual_seed(123)", () => {
    const sampled = sampleRandom({ gtInds: GT_INDS }, torchRandom(123), {
      count: 12,
      positiveFraction: 0.25,
    });
    expect([...sampled.positives]).toEqual([9, 20, 30]);
    expect([...sampled.negatives]).toEqual([0, 3, 7, 11, 19, 27, 28, 36, 38]);
  });

  test("are mmdetection's with the ground truth as a proposal and at most one negative a positive", () => {
    const candidates = withGroundTruthCandidates({ gtInds: GT_INDS }, 1);
    const sampled = sampleRandom(candidates, torchRandom(123), { count: 30, maxNegativesPerPositive: 1 });
    expect([...sampled.positives]).toEqual([0, 2, 5, 10, 18, 21, 23, 31, 32, 40]);
    expect([...sampled.negatives]).toEqual([3, 4, 8, 13, 15, 20, 25, 34, 35, 38]);
  });

  test("are torchvision's: both permutations are drawn, needed or not", () => {
    const random = torchRandom(7);
    const gtInds = [1, 0, 1, 0, 0, 0, -1];
    const sampled = sampleRandom({ gtInds }, random, { count: 4, preset: 'torchvision' });
    const again = torchRandom(7);
    const [ofPositives, ofNegatives] = [again.permutation(2), again.permutation(4)];
    const indices = (order: Int32Array, of: readonly number[], count: number) =>
      order
        .subarray(0, count)
        .map((place) => of[place]!)
        .toSorted();
    expect(sampled.positives).toEqual(indices(ofPositives, [0, 2], 2));
    expect(sampled.negatives).toEqual(indices(ofNegatives, [1, 3, 4, 5], 2));
    expect(random.permutation(9)).toEqual(again.permutation(9));
  });

  test('all are taken, and nothing is drawn, where there are no more than wanted', () => {
    const random = torchRandom(42);
    const sampled = sampleRandom({ gtInds: [0, 1, -1] }, random);
    expect(sampled).toEqual({ positives: Int32Array.of(1), negatives: Int32Array.of(0) });
    expect([...random.permutation(5)]).toEqual([2, 4, 3, 0, 1]);
    expect(sampleRandom({ gtInds: [] }, random)).toEqual({
      positives: new Int32Array(),
      negatives: new Int32Array(),
    });
  });
});

test.each(BACKENDS)('on %s the quotas hold in every image', async (backend) => {
  await tf.setBackend(backend);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 1e9 }),
      fc.constantFrom(-1, 0, 1.5, 3),
      async (seed, maxNegativesPerPositive) => {
        const scene = randomScene(seed, 60, 3);
        const strategy = randomSampling({ count: 10, positiveFraction: 0.35, maxNegativesPerPositive });
        const { chosen } = await choose(strategy, scene, seed);
        for (let b = 0; b < 3; b++) {
          const count = (of: readonly number[], label: number) =>
            of.filter((i) => scene.image[i] === b && scene.labels[i] === label).length;
          const all = scene.labels.map((_, i) => i);
          const positives = Math.min(3, count(all, 0));
          const bound =
            maxNegativesPerPositive < 0 ? 10 : Math.floor(maxNegativesPerPositive * Math.max(1, positives));
          expect(count(chosen, 0)).toBe(positives);
          expect(count(chosen, 1)).toBe(Math.min(10 - positives, bound, count(all, 1)));
          expect(count(chosen, -1)).toBe(0);
        }
      },
    ),
    { numRuns: 40 },
  );
});

test('without positives the bound on negatives counts one', async () => {
  await tf.setBackend('cpu');
  const options = { count: 10, maxNegativesPerPositive: 3 };
  const scene = { ...randomScene(1, 40, 1, 0), labels: Array.from({ length: 40 }, () => 1) };
  expect((await choose(randomSampling(options), scene, 1)).chosen).toHaveLength(3);
  expect(sampleRandom({ gtInds: scene.labels.map(() => 0) }, torchRandom(1), options).negatives).toHaveLength(
    3,
  );
});

test('every sample is as likely as any other of its kind', async () => {
  await tf.setBackend('cpu');
  const scene = { ...randomScene(1, 20, 1), labels: Array.from({ length: 20 }, (_, i) => (i < 8 ? 0 : 1)) };
  const times = Array.from({ length: 20 }, () => 0);
  const random = seededRandom(5);
  for (let step = 0; step < 600; step++) {
    const { chosen } = await choose(randomSampling({ count: 8, positiveFraction: 0.25 }), scene, random);
    for (const i of chosen) times[i]! += 1;
  }
  // 2 of 8 positives, 6 of 12 negatives; five standard deviations.
  times.forEach((count, i) => {
    const share = i < 8 ? 1 / 4 : 1 / 2;
    expect(Math.abs(count - 600 * share)).toBeLessThan(5 * Math.sqrt(600 * share * (1 - share)));
  });
});

test('normalizers, names and refusals', async () => {
  await tf.setBackend('cpu');
  const scene = randomScene(3, 40, 1);
  for (const [normalizer, wanted] of [
    ['selected', 8],
    ['positives', 2],
  ] as const) {
    const strategy = randomSampling({ count: 8, positiveFraction: 0.25, normalizer });
    const [weights] = strategy.apply(samplesOf(scene), undefined, seededRandom(0));
    expect((await weights.classificationNormalizer.data())[0]).toBe(wanted);
    expect((await weights.boxNormalizer.data())[0]).toBe(2);
  }
  expect(randomSampling().name).toBe('random');
  expect(structuredClone(randomSampling().options)).toEqual({
    count: 256,
    positiveFraction: 0.5,
    maxNegativesPerPositive: -1,
    normalizer: 'selected',
  });
  expect(() => randomSampling({ fraction: 1 } as never)).toThrow(
    '@equipoise/random: option fraction: expected',
  );
  expect(() => randomSampling({ count: 0 })).toThrow('option count: expected an integer ≥ 1, got 0');
});
