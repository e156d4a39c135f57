import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import type { Given, Task } from '@equipoise/core';
import { compose, criterion, seededRandom, weightsOfSelection } from '@equipoise/core';
import type { IsrNOptions } from '@equipoise/pisa';
import { isrN, pisa, sampleByScoreHlr, scoreHlr } from '@equipoise/pisa';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { cast, grad, greater, range, tensor1d } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Batch } from './batches.ts';
import { isPositive, randomBatch, samplesOf } from './batches.ts';
import { crossEntropyOf } from './oracle.ts';

const drawn = fc.record({
  seed: fc.integer({ min: 0, max: 1 << 30 }),
  n: fc.integer({ min: 1, max: 80 }),
  classes: fc.integer({ min: 1, max: 3 }),
  images: fc.integer({ min: 1, max: 3 }),
  activation: fc.constantFrom('sigmoid' as const, 'softmax' as const),
  positiveShare: fc.constantFrom(0, 0.3, 1),
  count: fc.constantFrom(1, 7, 40),
  positiveFraction: fc.constantFrom(0, 0.25, 1),
  maxNegativesPerPositive: fc.constantFrom(-1, 0, 1.5),
  scoreThreshold: fc.constantFrom(0, 0.6, 1),
  k: fc.constantFrom(0, 0.5, 2),
  bias: fc.constantFrom(0, 0.4),
  preset: fc.constantFrom('paper' as const, 'mmdet' as const),
});

function weigh(batch: Batch, activation: Task['activation'], options: Given<IsrNOptions>, seed: number) {
  const samples = samplesOf(batch, { activation });
  const [weights] = isrN(options).apply(samples, undefined, seededRandom(seed));
  return {
    samples,
    weights: [...weights.classification.dataSync()],
    box: [...weights.box.dataSync()],
    normalizers: [weights.classificationNormalizer.dataSync()[0]!, weights.boxNormalizer.dataSync()[0]!],
  };
}

test('quotas, ranks first, weights by the formula, the loss of the chosen negatives of each image stays', () => {
  fc.assert(
    fc.property(drawn, (given) => {
      const { seed, n, classes, images, activation, positiveShare, ...options } = given;
      const batch = randomBatch({ seed, n, classes, images, activation, positiveShare });
      const { samples, weights, box, normalizers } = weigh(batch, activation, options, seed);
      const ranks = [...scoreHlr(samples, options).dataSync()];
      const of = (b: number): number[] => [...ranks.keys()].filter((i) => batch.image[i] === b);
      for (let b = 0; b < images; b++) {
        const positives = of(b).filter((i) => isPositive(batch, i));
        const negatives = of(b).filter((i) => batch.labels[i] === classes);
        const training = positives.filter((i) => weights[i]! > 0);
        expect(training.length).toBe(
          Math.min(positives.length, Math.floor(options.count * options.positiveFraction)),
        );
        for (const i of training) expect([weights[i], box[i]]).toEqual([1, 1]);

        const bound = options.maxNegativesPerPositive;
        const rest = options.count - training.length;
        const most = bound < 0 ? rest : Math.min(rest, Math.floor(bound * Math.max(1, training.length)));
        const wanted = Math.min(negatives.length, most);
        const ranked = negatives.filter((i) => ranks[i]! >= 0);
        const byRank = ranked.filter((i) => ranks[i]! < wanted);
        const random = negatives.filter((i) => ranks[i]! < 0 && weights[i]! > 0);
        expect(byRank.length).toBe(Math.min(ranked.length, wanted));
        expect(random.length).toBe(wanted - byRank.length);
        expect(ranked.every((i) => ranks[i]! < wanted || weights[i] === 0)).toBe(true);

        const size = Math.max(wanted, ranked.length);
        const least = (size - Math.max(0, byRank.length - 1)) / size;
        const w = new Map(
          [...byRank, ...random].map((i) => {
            const u = ranks[i]! >= 0 ? (size - ranks[i]!) / size : least;
            return [i, (options.bias + (1 - options.bias) * u) ** options.k];
          }),
        );
        const loss = (i: number): number => crossEntropyOf(batch.logits[i]!, classes, activation);
        const before = [...w.keys()].reduce((sum, i) => sum + loss(i), 0);
        const after = [...w].reduce((sum, [i, own]) => sum + own * loss(i), 0);
        for (const [i, own] of w) expect(weights[i]).toBeCloseTo((own * before) / after, 4);
      }
      expect(weights.every((weight, i) => batch.labels[i]! >= 0 || weight === 0)).toBe(true);
      expect(box.every((weight, i) => isPositive(batch, i) || weight === 0)).toBe(true);
      const chosen = weights.filter((weight) => weight > 0).length;
      expect(normalizers).toEqual([
        Math.max(1, chosen),
        Math.max(1, box.filter((weight) => weight > 0).length),
      ]);
    }),
    { numRuns: 120 },
  );
});

test('chance comes from the stream handed in, and chooses both kinds', () => {
  const batch = randomBatch({ seed: 1, n: 80, classes: 2, images: 2, activation: 'sigmoid' });
  const options = { count: 16, scoreThreshold: 1 };
  const of = (seed: number): string => String(weigh(batch, 'sigmoid', options, seed).weights);
  expect(of(1)).toBe(of(1));
  expect(new Set([1, 2, 3, 4].map(of)).size).toBe(4);
  const often = Array.from({ length: 80 }, () => 0);
  for (let seed = 0; seed < 100; seed++) {
    weigh(batch, 'sigmoid', options, seed).weights.forEach((weight, i) => (often[i]! += Math.sign(weight)));
  }
  expect(often.every((times, i) => (batch.labels[i]! < 0 ? times === 0 : times > 5))).toBe(true);
});

test('the weights are constants', () => {
  const batch = randomBatch({ seed: 2, n: 40, classes: 2, images: 2, activation: 'sigmoid' });
  const { samples, weights, normalizers } = weigh(batch, 'sigmoid', { count: 12, scoreThreshold: 0.6 }, 0);
  const slopes = grad(
    (logits) =>
      criterion(isrN({ count: 12, scoreThreshold: 0.6 })).loss({ ...samples, logits: logits as Tensor2D })
        .classification,
  )(samples.logits).arraySync() as number[][];
  slopes.forEach((row, i) => {
    row.forEach((slope, c) => {
      const p = 1 / (1 + Math.exp(-batch.logits[i]![c]!));
      const error = p - (batch.labels[i] === c ? 1 : 0);
      expect(slope).toBeCloseTo((weights[i]! * error) / normalizers[0]!, 6);
    });
  });
});

test('sampleByScoreHlr chooses and weighs as the strategy does where chance has no say', async () => {
  const batch = randomBatch({
    seed: 3,
    n: 60,
    classes: 2,
    images: 1,
    activation: 'softmax',
    positiveShare: 0.1,
  });
  for (const options of [
    { count: 24, scoreThreshold: 0, positiveFraction: 1 },
    { count: 200, scoreThreshold: 0.5, positiveFraction: 1 },
    { count: 200, scoreThreshold: 1, positiveFraction: 1 },
    {
      count: 24,
      scoreThreshold: 0,
      positiveFraction: 1,
      maxNegativesPerPositive: 2,
      k: 2,
      bias: 0.1,
      preset: 'mmdet' as const,
    },
  ]) {
    const { samples, weights } = weigh(batch, 'softmax', options, 0);
    const chosen = await sampleByScoreHlr(samples, options, (n) => seededRandom(1).permutation(n));
    const wanted = [...weights.keys()].filter((i) => weights[i]! > 0);
    expect([...chosen.positives, ...chosen.negatives].toSorted((a, b) => a - b)).toEqual(wanted);
    chosen.negatives.forEach((i, at) => expect(chosen.negativeWeights[at]).toBeCloseTo(weights[i]!, 5));
  }
});

test('sampleByScoreHlr: nothing to choose from, all of one kind, several images', async () => {
  const options = { count: 4 };
  const asked: number[] = [];
  const chance = (n: number): Int32Array => {
    asked.push(n);
    return Int32Array.from({ length: n }, (_, i) => n - 1 - i);
  };
  const of = (label: number) => {
    const batch = randomBatch({ seed: 4, n: 6, classes: 1, images: 1, activation: 'sigmoid' });
    return samplesOf({ ...batch, labels: batch.labels.map(() => label) }, {});
  };
  const positives = await sampleByScoreHlr(of(0), options, chance);
  expect([...positives.positives]).toEqual([5]);
  expect(positives.negatives.length).toBe(0);
  const ignored = await sampleByScoreHlr(of(-1), options, chance);
  expect([ignored.positives.length, ignored.negatives.length]).toEqual([0, 0]);
  asked.length = 0;
  const unranked = await sampleByScoreHlr(of(1), { ...options, scoreThreshold: 1 }, chance);
  expect([...unranked.negatives]).toEqual([5, 4, 3, 2]);
  expect([...unranked.negativeWeights]).toEqual([1, 1, 1, 1]);
  expect(asked).toEqual([6]);
  await expect(
    sampleByScoreHlr({ ...of(1), image: of(1).labels, imageCount: 2 }, options, chance),
  ).rejects.toThrow('@equipoise/pisa: samples.imageCount: expected 1 (call it for each image), got 2');
});

test('composes: after a hard strategy, and under ISR-P and CARL', () => {
  const batch = randomBatch({ seed: 5, n: 60, classes: 2, images: 2, activation: 'sigmoid' });
  const samples = samplesOf(batch, {});
  const upperHalf = {
    kind: 'hard' as const,
    name: 'upper-half',
    options: {},
    needs: [],
    init() {},
    apply: (given: typeof samples) =>
      [
        weightsOfSelection(given, cast<Tensor1D>(greater(range(0, 60), 29), 'float32'), 'selected'),
        undefined,
      ] as const,
  };
  const [weights] = compose(upperHalf, isrN({ count: 8 })).apply(
    samples,
    [undefined, undefined],
    seededRandom(0),
  );
  const values = [...weights.classification.dataSync()];
  expect(values.slice(0, 30).every((weight) => weight === 0)).toBe(true);
  expect(values.filter((weight) => weight > 0).length).toBeGreaterThan(8);

  const whole = pisa({}, isrN({ count: 20 }));
  expect(whole.name).toBe('pisa+isr-n');
  const [both] = whole.apply(samples, undefined, seededRandom(0));
  const [alone] = isrN({ count: 20 }).apply(samples, undefined, seededRandom(0));
  const [after, before] = [both.classification.dataSync(), alone.classification.dataSync()];
  let [kept, shared] = [0, 0];
  batch.labels.forEach((label, i) => {
    const loss = isPositive(batch, i) ? crossEntropyOf(batch.logits[i]!, label, 'sigmoid') : 0;
    kept += before[i]! * loss;
    shared += after[i]! * loss;
  });
  expect(after.every((weight, i) => isPositive(batch, i) || weight === before[i])).toBe(true);
  expect(after.every((weight, i) => before[i]! > 0 || weight === 0)).toBe(true);
  expect(shared).toBeCloseTo(kept, 4);
});

test('options are checked', () => {
  expect(() => isrN({ num: 3 } as never)).toThrow('@equipoise/pisa: option num: expected one of');
  expect(() => isrN({ count: 0 })).toThrow('option count: expected an integer ≥ 1, got 0');
  expect(() => isrN({ iouThreshold: 0 })).toThrow('option iouThreshold');
  expect(isrN().options).toEqual({
    k: 0.5,
    bias: 0,
    count: 512,
    positiveFraction: 0.25,
    maxNegativesPerPositive: -1,
    scoreThreshold: 0.05,
    iouThreshold: 0.5,
    preset: 'paper',
    base: { name: 'cross-entropy', normalizer: 'mean' },
  });
  expect(() =>
    criterion(isrN()).loss({
      logits: samplesOf(randomBatch({ seed: 1, n: 1, classes: 1, images: 1, activation: 'sigmoid' }), {})
        .logits,
      labels: tensor1d([0], 'int32'),
    }),
  ).toThrow('samples.anchors');
});
