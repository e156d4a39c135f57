import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import type { Given, Samples, SampleStrategy, SoftStrategy, Task } from '@equipoise/core';
import { classificationLosses, criterion, giouLoss, seededRandom, weightsOfAll } from '@equipoise/core';
import type { IsrPOptions } from '@equipoise/pisa';
import { carl, iouHlr, isrN, isrP, mmdetGroundTruthIds, pisa } from '@equipoise/pisa';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { add, fill, grad, mul, sum, tidy } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Batch } from './batches.ts';
import { isPositive, permuted, randomBatch, samplesOf } from './batches.ts';
import { crossEntropyOf } from './oracle.ts';

const drawn = fc.record({
  seed: fc.integer({ min: 0, max: 1 << 30 }),
  n: fc.integer({ min: 1, max: 60 }),
  classes: fc.integer({ min: 1, max: 4 }),
  images: fc.integer({ min: 1, max: 4 }),
  activation: fc.constantFrom('sigmoid' as const, 'softmax' as const),
  positiveShare: fc.constantFrom(0, 0.1, 0.7),
  weighted: fc.boolean(),
  ties: fc.boolean(),
});
const powers = fc.record({
  k: fc.constantFrom(0, 0.5, 1, 2, 3.3),
  bias: fc.constantFrom(0, 0.3, 1),
  preset: fc.constantFrom('paper' as const, 'mmdet' as const),
});

/** [n] classification weights; every class of a row has the same. */
function weightsOf(strategy: SampleStrategy, samples: Samples): number[] {
  return tidy(() => [...strategy.apply(samples, undefined, seededRandom(0))[0].classification.dataSync()]);
}

/** The weights of ISR-P in double precision, from ranks. */
function oracle(
  batch: Batch,
  activation: Task['activation'],
  ranks: number[],
  options: IsrPOptions,
): number[] {
  const positive = batch.labels.map((_, i) => i).filter((i) => isPositive(batch, i));
  const largest = Math.max(
    0,
    ...positive.map((i) => positive.filter((j) => batch.labels[j] === batch.labels[i]).length),
  );
  const { k, bias, preset } = options;
  const raw = new Map(
    positive.map((i) => {
      const [u, lw] = [(largest - ranks[i]!) / largest, batch.weights[i]!];
      return [i, preset === 'paper' ? lw * (bias + (1 - bias) * u) ** k : (bias + (1 - bias) * lw * u) ** k];
    }),
  );
  const loss = (i: number): number => crossEntropyOf(batch.logits[i]!, batch.labels[i]!, activation);
  const total = positive.reduce((sum_, i) => sum_ + batch.weights[i]! * loss(i), 0);
  const weighted = positive.reduce((sum_, i) => sum_ + raw.get(i)! * loss(i), 0);
  return batch.labels.map((label, i) => {
    if (raw.has(i)) return (raw.get(i)! * total) / weighted;
    return label < 0 ? 0 : batch.weights[i]!;
  });
}

test('weights equal the formula, negatives and ignored samples keep theirs', () => {
  fc.assert(
    fc.property(drawn, powers, (given, options) => {
      const batch = randomBatch(given);
      const samples = samplesOf(batch, { activation: given.activation });
      const ranks = [...iouHlr(samples, options.preset).dataSync()];
      const wanted = oracle(batch, given.activation, ranks, options);
      weightsOf(isrP(options), samples).forEach((weight, i) => {
        expect(Math.abs(weight - wanted[i]!)).toBeLessThan(2e-5 * (1 + wanted[i]!));
      });
    }),
    { numRuns: 100 },
  );
});

test('the loss of the positives stays, and weights fall with the rank in each class', () => {
  fc.assert(
    fc.property(drawn, powers, (given, options) => {
      const batch = randomBatch({ ...given, weighted: false });
      const samples = samplesOf(batch, { activation: given.activation });
      const weights = weightsOf(isrP(options), samples);
      const ranks = iouHlr(samples, options.preset).dataSync();
      let [before, after] = [0, 0];
      for (const [i, label] of batch.labels.entries()) {
        if (!isPositive(batch, i)) continue;
        const loss = crossEntropyOf(batch.logits[i]!, label, given.activation);
        before += loss;
        after += weights[i]! * loss;
        const behind = weights.filter((_, j) => batch.labels[j] === label && ranks[j]! > ranks[i]!);
        expect(Math.max(0, ...behind)).toBeLessThanOrEqual(weights[i]!);
      }
      expect(Math.abs(after - before)).toBeLessThan(1e-5 * before + 1e-6);
      expect(weightsOf(isrP({ ...options, k: 0 }), samples)).toEqual(weightsOf(plain, samples));
    }),
    { numRuns: 60 },
  );
});

const plain: SampleStrategy = {
  kind: 'soft',
  name: 'plain',
  options: {},
  needs: [],
  init() {},
  apply: (samples) => [weightsOfAll(samples, 'positives'), undefined],
};

test('weights move with their samples', () => {
  const batch = randomBatch({
    seed: 21,
    n: 60,
    classes: 3,
    images: 3,
    activation: 'sigmoid',
    weighted: true,
  });
  const order = [...seededRandom(22).permutation(60)];
  const before = weightsOf(isrP(), samplesOf(batch, {}));
  weightsOf(isrP(), samplesOf(permuted(batch, order), {})).forEach((weight, i) => {
    expect(weight).toBeCloseTo(before[order[i]!]!, 5);
  });
});

test('the gradient is that of constant weights', () => {
  for (const activation of ['sigmoid', 'softmax'] as const) {
    const batch = randomBatch({ seed: 31, n: 30, classes: 2, images: 2, activation });
    const samples = samplesOf(batch, { activation });
    const weights = weightsOf(isrP(), samples);
    const slopes = grad((logits) => {
      const given = { ...samples, logits: logits as Tensor2D };
      return criterion(isrP()).loss(given).classification;
    })(samples.logits).arraySync() as number[][];
    const own = grad((logits) => sum(classificationLosses({ ...samples, logits: logits as Tensor2D })))(
      samples.logits,
    ).arraySync() as number[][];
    const positives = batch.labels.filter((_, i) => isPositive(batch, i)).length;
    slopes.forEach((row, i) => {
      row.forEach((slope, c) => expect(slope).toBeCloseTo((own[i]![c]! * weights[i]!) / positives, 6));
    });
  }
});

test('another strategy is the base: its weights are shared out, its gradient stays, its dropped positives are not ranked', () => {
  const batch = randomBatch({ seed: 41, n: 40, classes: 2, images: 2, activation: 'sigmoid' });
  const samples = samplesOf(batch, {});
  const dropped = (i: number): boolean => i % 3 === 0;
  const kept = batch.weights.map((weight, i) => (dropped(i) ? 0 : weight));
  /** Entry weights that depend on the class and on the logits; every third sample is dropped. */
  const base: SampleStrategy = {
    ...plain,
    name: 'base',
    apply: (given) => {
      const weights = weightsOfAll(
        { ...given, weights: samplesOf({ ...batch, weights: kept }, {}).weights! },
        'sum',
      );
      const mask = mul(fill([40, 2], 1), samplesOf({ ...batch, logits: kept.map((w) => [w, w]) }, {}).logits);
      return [{ ...weights, classification: mul(add(mul(given.logits, given.logits), 1), mask) }, undefined];
    },
  };
  const before = weightsOf(base, samples);
  const after = weightsOf(isrP({}, base), samples);
  const ranks = iouHlr(samplesOf({ ...batch, weights: kept }, {})).dataSync();
  const losses = classificationLosses(samples).dataSync();
  const positive = batch.labels.map((_, i) => i).filter((i) => isPositive(batch, i) && !dropped(i));
  const largest = Math.max(...ranks) + 1;
  const lossOf = (i: number, weights: number[]): number =>
    losses[2 * i]! * weights[2 * i]! + losses[2 * i + 1]! * weights[2 * i + 1]!;
  const w = (i: number): number => ((largest - ranks[i]!) / largest) ** 2;
  const ratio =
    positive.reduce((total, i) => total + lossOf(i, before), 0) /
    positive.reduce((total, i) => total + w(i) * lossOf(i, before), 0);
  batch.labels.forEach((_, i) => {
    const factor = positive.includes(i) ? w(i) * ratio : 1;
    expect(after[2 * i]).toBeCloseTo(before[2 * i]! * factor, 3);
    expect(after[2 * i + 1]).toBeCloseTo(before[2 * i + 1]! * factor, 3);
  });
  // d/dz Σ (z² + 1) f ℓ has a part that goes through the weights of the base.
  const slope = grad(
    (logits) => criterion(isrP({}, base)).loss({ ...samples, logits: logits as Tensor2D }).classification,
  )(samples.logits).dataSync();
  const at = 2 * positive[0]!;
  const [z, hot] = [batch.logits.flat()[at]!, batch.labels[positive[0]!] === 0 ? 1 : 0];
  const p = 1 / (1 + Math.exp(-z));
  const factor = w(positive[0]!) * ratio;
  expect(slope[at]).toBeCloseTo(factor * (2 * z * losses[at]! + (z * z + 1) * (p - hot)), 3);
});

describe.each(['paper', 'mmdet'] as const)('edge cases, %s', (preset) => {
  test('no positives: weights as they were', () => {
    const batch = randomBatch({
      seed: 51,
      n: 20,
      classes: 3,
      images: 3,
      activation: 'sigmoid',
      positiveShare: 0,
    });
    const samples = samplesOf(batch, {});
    expect(weightsOf(isrP({ preset }), samples)).toEqual(weightsOf(plain, samples));
  });

  test('positives without any loss: no NaN', () => {
    for (const activation of ['sigmoid', 'softmax'] as const) {
      const batch = randomBatch({ seed: 52, n: 20, classes: 2, images: 1, activation });
      const columns = activation === 'softmax' ? 3 : 2;
      const logits = batch.labels.map((label) =>
        Array.from({ length: columns }, (_, c) => (c === label ? 120 : -120)),
      );
      const samples = samplesOf({ ...batch, logits }, { activation });
      expect(
        classificationLosses(samples)
          .dataSync()
          .every((loss) => loss === 0),
      ).toBe(true);
      const weights = weightsOf(isrP({ preset }), samples);
      const ranks = iouHlr(samples, preset).dataSync();
      const largest = Math.max(...ranks) + 1;
      expect(largest).toBeGreaterThan(2);
      const wanted = batch.labels.map((label, i) => {
        if (ranks[i]! >= 0) return Math.fround((largest - ranks[i]!) / largest) ** 2;
        return label < 0 ? 0 : 1;
      });
      weights.forEach((weight, i) => expect(weight).toBeCloseTo(wanted[i]!, 6));
    }
  });

  test('finite for logits of ± 120', () => {
    const batch = randomBatch({ seed: 53, n: 60, classes: 2, images: 3, activation: 'sigmoid' });
    const random = seededRandom(54);
    const logits = batch.logits.map((row) => row.map(() => (random.below(2) ? 120 : -120)));
    const samples = samplesOf({ ...batch, logits }, {});
    for (const k of [0.5, 2, 50]) {
      const loss = criterion(pisa({ preset, k })).loss(samples);
      expect(Number.isFinite(loss.total.dataSync()[0])).toBe(true);
    }
  });

  test('images without ground truth, three and more images, IoU losses', () => {
    const batch = randomBatch({ seed: 55, n: 60, classes: 2, images: 5, activation: 'sigmoid' });
    const labels = batch.labels.map((label, i) => (batch.image[i] === 2 ? 2 : label));
    const some = { ...batch, labels };
    const samples = samplesOf(some, { boxLoss: giouLoss() });
    const ranks = [...iouHlr(samples, preset).dataSync()];
    const wanted = oracle(some, 'sigmoid', ranks, { k: 2, bias: 0, preset });
    weightsOf(isrP({ preset }), samples).forEach((weight, i) => expect(weight).toBeCloseTo(wanted[i]!, 4));
    expect(criterion(pisa({ preset })).loss(samples).total.dataSync()[0]).toBeLessThan(50);
  });
});

test('label weights stand inside the power with mmdet, outside in the paper', () => {
  const batch = randomBatch({
    seed: 61,
    n: 40,
    classes: 2,
    images: 2,
    activation: 'sigmoid',
    weighted: true,
  });
  const samples = samplesOf(batch, {});
  const paper = weightsOf(isrP({ bias: 0.3 }), samples);
  const mmdet = weightsOf(isrP({ bias: 0.3, preset: 'mmdet' }), samples);
  const largest = Math.max(...paper.map((weight, i) => Math.abs(weight - mmdet[i]!)));
  expect(largest).toBeGreaterThan(0.05);
});

test('mmdetection lets ids of the third image collide', () => {
  const ids = mmdetGroundTruthIds([
    [0, 1, 2],
    [0, 1],
    [0, 1],
  ]);
  expect([...ids]).toEqual([0, 1, 2, 3, 4, 2, 3]);
  expect([...mmdetGroundTruthIds([[], [4], [], [0]])]).toEqual([4, 5]);
});

test('pisa is CARL over ISR-P, with names and options of its own', () => {
  const batch = randomBatch({ seed: 71, n: 30, classes: 2, images: 2, activation: 'sigmoid' });
  const samples = samplesOf(batch, {});
  expect(weightsOf(pisa(), samples)).toEqual(weightsOf(isrP(), samples));
  const box = (strategy: SampleStrategy): number[] => [
    ...strategy.apply(samples, undefined, seededRandom(0))[0].box.dataSync(),
  ];
  const [with_, without] = [box(pisa()), box(pisa({ carl: false }))];
  expect(without).toEqual(box(plain));
  expect(with_).not.toEqual(without);
  // CARL's weights sum to the positives.
  const total = (values: number[]): number => values.reduce((a, b) => a + b, 0);
  expect(total(with_)).toBeCloseTo(2 * total(without), 4);
  expect(pisa({}, plain).name).toBe('pisa+plain');
  expect(structuredClone(pisa({ k: 1 }).options)).toEqual({
    k: 1,
    bias: 0,
    preset: 'paper',
    carl: true,
    carlK: 1,
    carlBias: 0.2,
    base: { name: 'cross-entropy', normalizer: 'positives' },
  });
  const bad: Given<IsrPOptions> = { k: -1 };
  expect(() => pisa(bad)).toThrow('@equipoise/pisa: option k: expected a number ≥ 0, got -1');
  expect(() => isrP({ gamma: 2 } as never)).toThrow('option gamma: expected one of k, bias, preset');
});

test('the state of the base is threaded', () => {
  const batch = randomBatch({ seed: 81, n: 10, classes: 2, images: 1, activation: 'sigmoid' });
  const samples = samplesOf(batch, {});
  const counting: SoftStrategy<number> = {
    kind: 'soft',
    name: 'counting',
    options: {},
    needs: [],
    init: () => 5,
    apply: (given, state) => [weightsOfAll(given, 'positives'), state + 1],
  };
  for (const strategy of [isrP({}, counting), carl({}, counting), isrN({}, counting), pisa({}, counting)]) {
    expect(strategy.init()).toBe(5);
    expect(strategy.apply(samples, 7, seededRandom(0))[1]).toBe(8);
  }
});
