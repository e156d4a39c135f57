import { seededRandom } from '@equipoise/core';
import {
  instanceBalanced,
  instanceBalancedSampling,
  rankWithinGroup,
  sampleIndices,
  torchRandom,
  uniform,
} from '@equipoise/random';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BACKENDS } from './backends.ts';
import { choose, countBy, randomScene } from './scene.ts';

/** Python's round. */
const round = (x: number): number => (x % 1 === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));

/** The example of ALGORITHMS §3: 3 positives of one ground truth, 397 of another, 600 negatives. */
const LOPSIDED = Array.from({ length: 1000 }, (_, i) => (i >= 400 ? 0 : i < 3 ? 1 : 2));
const lopsidedScene = {
  labels: LOPSIDED.map((gt) => (gt > 0 ? 0 : 1)),
  image: LOPSIDED.map(() => 0),
  imageCount: 1,
  groundTruth: LOPSIDED.map((gt) => gt - 1),
  maxOverlaps: LOPSIDED.map(() => 0),
};

test.each(BACKENDS)(
  'on %s every ground truth gives its quota, and all together what is wanted',
  async (backend) => {
    await tf.setBackend(backend);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 1e9 }),
        fc.integer({ min: 2, max: 30 }),
        async (seed, wanted) => {
          const scene = randomScene(seed, 120, 2, 0.5);
          const strategy = instanceBalancedSampling({ count: 4 * wanted, positiveFraction: 0.25 });
          const { chosen } = await choose(strategy, scene, seed);
          for (let b = 0; b < 2; b++) {
            const positives = (of: readonly number[]) =>
              of.filter((i) => scene.image[i] === b && scene.labels[i] === 0);
            const all = positives(scene.labels.map((_, i) => i));
            const taken = positives(chosen);
            expect(taken).toHaveLength(Math.min(wanted, all.length));
            const available = countBy(all, (i) => scene.groundTruth[i]!);
            const given = countBy(taken, (i) => scene.groundTruth[i]!);
            const quota = round(wanted / available.size) + 1;
            const withinQuotas = [...available.values()].reduce((sum, m) => sum + Math.min(m, quota), 0);
            for (const [gt, m] of available) {
              // Filled up only where the quotas leave places, cut only where they take too many.
              const most = withinQuotas >= wanted ? quota : m;
              const least = withinQuotas <= wanted ? Math.min(m, quota) : 0;
              expect(given.get(gt) ?? 0).toSatisfy((n: number) => n >= least && n <= most);
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  },
);

test('a half quota rounds to the even number: of 2 ground truths and 5 wanted each gives up to 3', async () => {
  await tf.setBackend('cpu');
  // 2 of the first, many of the second: round(2.5) + 1 = 3, so that 2 + 3 = 5; a quota of 4 would be cut at random.
  const labels = Array.from({ length: 60 }, (_, i) => (i < 30 ? 0 : 1));
  const scene = {
    labels,
    image: labels.map(() => 0),
    imageCount: 1,
    groundTruth: labels.map((label, i) => (label === 1 ? -1 : i < 2 ? 0 : 1)),
    maxOverlaps: labels.map(() => 0),
  };
  const gtInds = scene.groundTruth.map((gt) => gt + 1);
  for (let seed = 0; seed < 20; seed++) {
    const { chosen } = await choose(instanceBalancedSampling({ count: 10 }), scene, seed);
    expect(chosen).toEqual(expect.arrayContaining([0, 1]));
    const pickers = { positives: instanceBalanced(), negatives: uniform() };
    const { positives } = sampleIndices({ gtInds }, pickers, torchRandom(seed), { count: 10 });
    expect(positives).toHaveLength(5);
    expect([...positives]).toEqual(expect.arrayContaining([0, 1]));
  }
});

test('mmdetection fills from all positives and gets too few; the default gets what is wanted', async () => {
  await tf.setBackend('cpu');
  for (let seed = 0; seed < 10; seed++) {
    for (const preset of ['corrected', 'mmdet'] as const) {
      const pickers = { positives: instanceBalanced({ preset }), negatives: uniform() };
      const options = { count: 512, positiveFraction: 0.25 };
      const { positives, negatives } = sampleIndices(
        { gtInds: LOPSIDED },
        pickers,
        torchRandom(seed),
        options,
      );
      const { chosen } = await choose(instanceBalancedSampling({ ...options, preset }), lopsidedScene, seed);
      for (const count of [positives.length, chosen.filter((i) => i < 400).length]) {
        const [least, most] = preset === 'corrected' ? [128, 128] : [105, 126];
        expect(count).toSatisfy((n: number) => n >= least && n <= most);
      }
      expect(negatives).toHaveLength(512 - positives.length);
    }
  }
});

test("the draws of mmdetection: each ground truth's in turn, ascending, then the cut", () => {
  // Two ground truths of 6 and 5; 4 wanted: quota 3 each, 6 in all, cut to 4.
  const gtInds = [2, 2, 1, 1, 1, 2, 2, 1, 2, 1, 1];
  const pickers = { positives: instanceBalanced({ preset: 'mmdet' }), negatives: uniform() };
  const { positives } = sampleIndices({ gtInds }, pickers, torchRandom(5), { count: 8 });
  const random = torchRandom(5);
  const draw = (of: readonly number[], k: number) =>
    [...random.permutation(of.length)].slice(0, k).map((place) => of[place]!);
  const parts = [...draw([2, 3, 4, 7, 9, 10], 3), ...draw([0, 1, 5, 6, 8], 3)];
  expect([...positives]).toEqual(draw(parts, 4).toSorted((a, b) => a - b));
});

test.each(BACKENDS)('on %s composed ranks = host ranks', async (backend) => {
  await tf.setBackend(backend);
  for (let seed = 0; seed < 20; seed++) {
    const random = seededRandom(seed);
    const n = 1 + random.below(80);
    const inputs = {
      scores: tf.tensor1d(random.uniform(n).map((u) => Math.round(u * 10))),
      eligible: tf.tensor1d(random.uniform(n).map((u) => Number(u < 0.7))),
      group: tf.tensor1d(
        Int32Array.from({ length: n }, () => random.below(6) - 1),
        'int32',
      ),
    };
    const [composed, host] = [rankWithinGroup.composed(inputs, {}), rankWithinGroup.host!(inputs, {})];
    expect([...(await composed.data())]).toEqual([...(await host.data())]);
  }
  const ties = {
    scores: tf.tensor1d([1, 2, 2, 2, 1]),
    eligible: tf.tensor1d([1, 1, 0, 1, 1]),
    group: tf.tensor1d([7, 7, 7, 7, 7], 'int32'),
  };
  expect([...(await rankWithinGroup(ties, {}).data())]).toEqual([2, 0, 5, 1, 3]);
});

test('refuses what it does not know', () => {
  expect(() => instanceBalanced({ preset: 'paddle' as never })).toThrow(
    "@equipoise/random: option preset: expected one of corrected, mmdet, got 'paddle'",
  );
  expect(instanceBalancedSampling().needs).toEqual(['groundTruth']);
});
