import { criterion, seededRandom } from '@equipoise/core';
import {
  combinedSampling,
  instanceBalanced,
  iouBalanced,
  iouBalancedSampling,
  sampleIndices,
  torchRandom,
  uniform,
  type SampledOnce,
} from '@equipoise/random';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BACKENDS } from './backends.ts';
import { choose, countBy, randomScene, samplesOf, type Scene } from './scene.ts';

/** 20 positives, 500 negatives, of which 300 overlap nothing. */
const random = seededRandom(11);
const overlaps = [...random.uniform(520)].map((u, i) => {
  if (i < 20) return 0.5 + u / 2;
  return i < 320 ? 0 : Math.fround(0.02 + 0.4 * u * u);
});
const oneImage = (image = 0): Scene => ({
  labels: overlaps.map((_, i) => (i < 20 ? 0 : 1)),
  image: overlaps.map(() => image),
  imageCount: 1,
  groundTruth: overlaps.map((_, i) => (i < 20 ? 0 : -1)),
  maxOverlaps: overlaps,
});
const twoImages: Scene = {
  labels: [...oneImage().labels, ...oneImage().labels],
  image: [...oneImage(0).image, ...oneImage(1).image],
  imageCount: 2,
  groundTruth: [...oneImage().groundTruth, ...oneImage().groundTruth],
  maxOverlaps: [...overlaps, ...overlaps],
};
const gtInds = overlaps.map((_, i) => (i < 20 ? 1 : 0));
const isZero = (i: number): boolean => i >= 20 && overlaps[i] === 0;

describe('paper', () => {
  test.each(BACKENDS)('on %s each bin gives its share, the rest fills', async (backend) => {
    await tf.setBackend(backend);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 1e9 }),
        fc.integer({ min: 1, max: 4 }),
        async (seed, bins) => {
          const scene = randomScene(seed, 150, 2);
          const strategy = iouBalancedSampling({ count: 30, bins });
          const { chosen } = await choose(strategy, scene, seed);
          const binOf = (i: number) => Math.min(bins - 1, Math.floor(scene.maxOverlaps[i]! * 2 * bins));
          for (let b = 0; b < 2; b++) {
            const of = (indices: readonly number[], label: number) =>
              indices.filter((i) => scene.image[i] === b && scene.labels[i] === label);
            const all = scene.labels.map((_, i) => i);
            const wanted = 30 - of(chosen, 0).length;
            const taken = of(chosen, 1);
            expect(taken).toHaveLength(Math.min(wanted, of(all, 1).length));
            const given = countBy(taken, binOf);
            for (const [bin, available] of countBy(of(all, 1), binOf)) {
              const share = Math.min(available, Math.floor(wanted / bins));
              expect(given.get(bin) ?? 0).toBeGreaterThanOrEqual(share);
            }
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test('the last bin is closed, on the device and in plain indices', async () => {
    await tf.setBackend('cpu');
    const pickers = { positives: uniform(), negatives: iouBalanced({ bins: 2 }) };
    // One negative at the very end of the last bin, twenty in the first: both bins give, so it is always chosen.
    const maxOverlaps = [...Array.from({ length: 20 }, () => 0.1), 0.5];
    for (let seed = 0; seed < 20; seed++) {
      const given = { gtInds: maxOverlaps.map(() => 0), maxOverlaps };
      const { negatives } = sampleIndices(given, pickers, seededRandom(seed), { count: 4 });
      const scene = {
        ...oneImage(),
        labels: maxOverlaps.map(() => 1),
        maxOverlaps,
        groundTruth: [...given.gtInds],
      };
      const image = maxOverlaps.map(() => 0);
      const { chosen } = await choose(iouBalancedSampling({ count: 4, bins: 2 }), { ...scene, image }, seed);
      for (const of of [[...negatives], chosen]) {
        expect(of).toHaveLength(4);
        expect(of).toContain(20);
      }
    }
  });

  test('keeps no state: negatives without overlap are chosen every time', async () => {
    await tf.setBackend('cpu');
    const strategy = iouBalancedSampling({ count: 120, positiveFraction: 0.1 });
    let state = strategy.init();
    for (let step = 0; step < 3; step++) {
      const { chosen, next } = await choose(strategy, oneImage(), step, state);
      expect(chosen.filter(isZero).length).toBeGreaterThan(20);
      expect(next).toBeUndefined();
      state = next;
    }
  });
});

describe('mmdet', () => {
  const options = { count: 120, positiveFraction: 0.1, preset: 'mmdet' } as const;

  test('indices: negatives without overlap go from the second call on', () => {
    const pickers = { positives: uniform(), negatives: iouBalanced({ preset: 'mmdet' }) };
    const zeros: number[] = [];
    let again = false;
    const stream = torchRandom(1);
    for (let call = 0; call < 3; call++) {
      const sampled: SampledOnce = sampleIndices(
        { gtInds, maxOverlaps: overlaps },
        pickers,
        stream,
        { count: 120 },
        again,
      );
      expect(sampled.negatives).toHaveLength(100);
      zeros.push(sampled.negatives.filter(isZero).length);
      again = sampled.again;
    }
    expect(zeros[0]).toBeGreaterThan(20);
    expect(zeros.slice(1)).toEqual([0, 0]);
  });

  test.each(BACKENDS)(
    'on %s the flag is state: in the next step, and in the next image of a batch',
    async (backend) => {
      await tf.setBackend(backend);
      const strategy = iouBalancedSampling(options);
      const first = await choose(strategy, twoImages, 1);
      const zeros = (indices: readonly number[], image: number) =>
        indices.filter((i) => twoImages.image[i] === image && isZero(i % 520)).length;
      expect(zeros(first.chosen, 0)).toBeGreaterThan(20);
      expect(zeros(first.chosen, 1)).toBe(0);
      const second = await choose(strategy, twoImages, 2, first.next);
      expect([zeros(second.chosen, 0), zeros(second.chosen, 1)]).toEqual([0, 0]);
      expect(second.chosen).toHaveLength(240);
      expect([...(await first.next!.data()), ...(await second.next!.data())]).toEqual([1, 1]);
    },
  );

  test('an image that leaves no choice does not set the flag', async () => {
    await tf.setBackend('cpu');
    const { next } = await choose(iouBalancedSampling({ ...options, count: 10_000 }), twoImages, 1);
    expect([...(await next!.data())]).toEqual([0]);
    const pickers = { positives: uniform(), negatives: iouBalanced({ preset: 'mmdet' }) };
    const { again } = sampleIndices({ gtInds, maxOverlaps: overlaps }, pickers, torchRandom(1), {
      count: 10_000,
    });
    expect(again).toBe(false);
  });

  test('the criterion saves and restores the flag', async () => {
    await tf.setBackend('cpu');
    const before = criterion(iouBalancedSampling(options));
    tf.tidy(() => void before.loss(samplesOf(oneImage())));
    const checkpoint = JSON.parse(JSON.stringify(await before.save())) as Awaited<
      ReturnType<typeof before.save>
    >;
    const after = criterion(iouBalancedSampling(options), {}, { seed: 9 });
    after.restore(checkpoint);
    const [a, b] = [before, after].map((of) => of.loss(samplesOf(oneImage())).weights.classification);
    const [kept, restored] = [await a!.data(), await b!.data()];
    expect([...restored]).toEqual([...kept]);
    expect([...kept.keys()].filter((i) => kept[i] === 1 && isZero(i))).toEqual([]);
  });

  test('bins reach to the largest IoU of all samples, positives too', async () => {
    // Largest IoU .9: bins [0, .3) [.3, .6) [.6, .9). 9 wanted, 3 a bin. .35 and .55 share a bin, so that three of these six are sure and
    // none alone; bins up to .55, or up to less, would part them.
    await tf.setBackend('cpu');
    const maxOverlaps = [0.9, 0.35, 0.35, 0.35, 0.55, 0.55, 0.55, ...Array.from({ length: 24 }, () => 0.1)];
    const labels = maxOverlaps.map((_, i) => (i === 0 ? 0 : 1));
    const scene = { ...oneImage(), labels, maxOverlaps, image: labels.map(() => 0), groundTruth: labels };
    const plain = { gtInds: labels.map((label) => 1 - label), maxOverlaps };
    const pickers = { positives: uniform(), negatives: iouBalanced({ preset: 'mmdet' }) };
    const always = [new Set([1, 2, 3, 4, 5, 6]), new Set([1, 2, 3, 4, 5, 6])];
    const [onHost, onDevice] = [torchRandom(0), seededRandom(0)];
    for (let step = 0; step < 30; step++) {
      const { negatives } = sampleIndices(plain, pickers, onHost, { count: 10 });
      const { chosen } = await choose(iouBalancedSampling({ ...options, count: 10 }), scene, onDevice);
      [[...negatives], chosen.filter((i) => i > 0)].forEach((of, k) => {
        expect(of).toHaveLength(9);
        expect(of.filter((i) => i <= 6).length).toBeGreaterThanOrEqual(3);
        for (const i of always[k]!) if (!of.includes(i)) always[k]!.delete(i);
      });
    }
    expect(always.map((of) => of.size)).toEqual([0, 0]);
  });

  test('a floor: its share below the threshold, the rest above', async () => {
    await tf.setBackend('cpu');
    const floor = { floorThreshold: 0.1, floorFraction: 0.4 } as const;
    const below = (i: number) => i >= 20 && overlaps[i]! < 0.1;
    const pickers = { positives: uniform(), negatives: iouBalanced({ preset: 'mmdet', ...floor }) };
    const plain = { gtInds, maxOverlaps: overlaps };
    const { negatives } = sampleIndices(plain, pickers, torchRandom(3), { count: 120, positiveFraction: 0 });
    const { chosen, next } = await choose(
      iouBalancedSampling({ ...options, ...floor, positiveFraction: 0 }),
      oneImage(),
      3,
    );
    expect(next).toBeUndefined();
    expect(negatives.filter(below).length).toBe(48);
    expect(chosen.filter(below).length).toBe(48);
    expect(chosen.length).toBe(120);
  });
});

test('any positives with any negatives', async () => {
  await tf.setBackend('cpu');
  const strategy = combinedSampling(
    { positives: instanceBalanced(), negatives: iouBalanced() },
    { count: 32 },
  );
  expect(strategy.needs).toEqual(['groundTruth', 'maxOverlaps']);
  expect(structuredClone(strategy.options)).toMatchObject({
    count: 32,
    positives: { name: 'instance-balanced', preset: 'corrected' },
    negatives: { name: 'iou-balanced', bins: 3 },
  });
  const { chosen } = await choose(strategy, oneImage(), 1);
  expect(chosen).toHaveLength(32);
});

test('refuses what it does not know', () => {
  expect(() => iouBalanced({ floorThreshold: 0.1 })).toThrow(
    '@equipoise/random: option floorThreshold: expected nothing with preset paper, got 0.1',
  );
  expect(() => iouBalanced({ preset: 'mmdet', floorThreshold: -0.5 })).toThrow('a number in [0, 1], or -1');
  expect(() => iouBalancedSampling({ binns: 3 } as never)).toThrow('option binns');
  const pickers = { positives: uniform(), negatives: iouBalanced() };
  expect(() => sampleIndices({ gtInds: [0, 0] }, pickers, torchRandom(0), { count: 1 })).toThrow(
    '@equipoise/random: candidates.maxOverlaps: expected 2 numbers, got undefined',
  );
});
