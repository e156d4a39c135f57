import { BACKENDS } from './backends.ts';
import {
  criterion,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
  type SoftStrategy,
  type StrategyState,
} from '@equipoise/core';
import {
  asymmetricLoss,
  asymmetricSingleLabelLoss,
  classBalanced,
  crossEntropy,
  drLoss,
  effectiveNumberWeights,
  eqlLoss,
  eqlv2Loss,
  eqlv2State,
  equalizationV2,
  focal,
  focalStarLoss,
  gaussianFocalLoss,
  poly1CrossEntropy,
  poly1FocalLoss,
  qualityFocalLoss,
  seesawCounts,
  seesawLoss,
  seesawProbabilities,
  sigmoidFocalLoss,
  softmaxFocalLoss,
  varifocalLoss,
} from '@equipoise/focal';
import { randomSamples } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';

/** Logits, mostly ordinary and now and then saturated, with hard targets. */
const drawn = fc
  .array(
    fc.tuple(
      fc.oneof(fc.float({ min: -8, max: 8, noNaN: true }), fc.constantFrom(-120, -60, 60, 120)),
      fc.boolean(),
    ),
    { minLength: 1, maxLength: 24 },
  )
  .map((entries) => ({ z: entries.map(([z]) => z), y: entries.map(([, y]) => +y) }));

const gammas = fc.constantFrom(0, 0.5, 1, 2, 5);

type Loss = (z: tf.Tensor) => tf.Tensor;

/** Two losses of the same logits: equal values and gradients. */
function expectSame(z: tf.Tensor, one: Loss, other: Loss): void {
  const figures = (loss: Loss): number[] =>
    [loss(z), tf.grad(loss)(z)].flatMap((x) => Array.from(x.dataSync()));
  const wantedOf = figures(other);
  figures(one).forEach((value, i) => {
    const wanted = wantedOf[i]!;
    if (!(Math.abs(value - wanted) <= 2e-6 + 2e-5 * Math.abs(wanted)))
      throw new Error(`[${i}]: ${value} is not ${wanted}`);
  });
}

function holds(law: (z: tf.Tensor1D, y: tf.Tensor1D, gamma: number) => void): void {
  fc.assert(
    fc.property(drawn, gammas, ({ z, y }, gamma) => {
      tf.tidy(() => law(tf.tensor1d(z), tf.tensor1d(y), gamma));
    }),
    { numRuns: 40 },
  );
}

/** A column of logits with labels 0, or 1 for background: the cross-entropy of core. */
const crossEntropyOf = (z: tf.Tensor, y: tf.Tensor): tf.Tensor =>
  tf.reshape(
    sigmoidCrossEntropy(tf.reshape(z, [-1, 1]), tf.cast(tf.sub(1, y), 'int32') as tf.Tensor1D),
    [-1],
  );

describe.each(BACKENDS)('on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  test('focal with γ = 0 and α = .5 is half the cross-entropy', () => {
    holds((z, y) =>
      expectSame(
        z,
        (x) => sigmoidFocalLoss(x, y, { alpha: 0.5, gamma: 0 }),
        (x) => tf.mul(crossEntropyOf(x, y), 0.5),
      ),
    );
  });

  test('quality focal with targets 0 and 1 is focal without α', () => {
    holds((z, y, gamma) =>
      expectSame(
        z,
        (x) => qualityFocalLoss(tf.reshape(x, [-1, 1]), tf.reshape(y, [-1, 1]), { beta: gamma }),
        (x) => sigmoidFocalLoss(x, y, { alpha: null, gamma }),
      ),
    );
  });

  test('varifocal with targets 0 and 1 is cross-entropy at positives, α-weighted focal elsewhere', () => {
    holds((z, y, gamma) =>
      expectSame(
        z,
        (x) => varifocalLoss(x, y, { alpha: 0.75, gamma }),
        (x) =>
          tf.add(
            tf.mul(y, crossEntropyOf(x, y)),
            tf.mul(tf.mul(tf.sub(1, y), 0.75), sigmoidFocalLoss(x, y, { alpha: null, gamma })),
          ),
      ),
    );
  });

  test('asymmetric without a margin, of one γ, is focal without α', () => {
    holds((z, y, gamma) =>
      expectSame(
        z,
        (x) => asymmetricLoss(x, y, { gammaPositive: gamma, gammaNegative: gamma, clip: 0 }),
        (x) => sigmoidFocalLoss(x, y, { alpha: null, gamma }),
      ),
    );
  });

  test('Poly-1 with ε = 0 is focal; Gaussian with hard targets is focal without α; focal star with γ = 1 is cross-entropy', () => {
    holds((z, y, gamma) => {
      expectSame(
        z,
        (x) => poly1FocalLoss(x, y, { epsilon: 0, gamma }),
        (x) => sigmoidFocalLoss(x, y, { gamma }),
      );
      expectSame(
        z,
        (x) => gaussianFocalLoss(x, y, { alpha: gamma }),
        (x) => sigmoidFocalLoss(x, y, { alpha: null, gamma }),
      );
      expectSame(
        z,
        (x) => focalStarLoss(x, y),
        (x) => crossEntropyOf(x, y),
      );
    });
  });

  test('softmax losses with their factors off are cross-entropy', () => {
    const z = tf.tensor2d([
      [1, -2, 0.5, 3],
      [120, 0, -120, 119],
      [0.1, 0.2, 0.3, 0.4],
    ]);
    const labels = tf.tensor1d([1, 0, 3], 'int32');
    const plain: Loss = (x) => softmaxCrossEntropy(x as tf.Tensor2D, labels);
    for (const loss of [
      (x: tf.Tensor) => softmaxFocalLoss(x as tf.Tensor2D, labels, { alpha: null, gamma: 0 }),
      (x: tf.Tensor) => poly1CrossEntropy(x as tf.Tensor2D, labels, { epsilon: 0 }),
      (x: tf.Tensor) =>
        asymmetricSingleLabelLoss(x as tf.Tensor2D, labels, { gammaNegative: 0, smoothing: 0 }),
    ])
      expectSame(z, loss, plain);
  });

  test('Seesaw with p = q = 0 is cross-entropy among classes; its probabilities sum to 1', () => {
    const z = tf.tensor2d([
      [1, -2, 0.5, 3, 0.2, 0.1],
      [8, 0, -8, 7, -1, 2],
      [0.1, 0.2, 0.3, 0.4, 5, -5],
    ]);
    const labels = tf.tensor1d([1, 4, 3], 'int32');
    const counts = seesawCounts(4);
    expectSame(
      z,
      (x) => seesawLoss(x as tf.Tensor2D, labels, counts, { p: 0, q: 0 }).classification,
      (x) => {
        const among = softmaxCrossEntropy(tf.slice(x as tf.Tensor2D, [0, 0], [3, 4]), labels);
        return tf.mul(among, tf.tensor1d([1, 0, 1]));
      },
    );
    const sums = tf.sum(seesawProbabilities(z), 1).dataSync();
    expect(sums.every((sum) => Math.abs(sum - 1) < 1e-5)).toBe(true);
  });

  test('Seesaw spares rarer classes and punishes the class that is mistaken for the label', () => {
    const z = tf.tensor2d([[1, 1, 1, 0, 0]]);
    const loss = (label: number, counts: number[], logits: tf.Tensor2D = z) =>
      seesawLoss(logits, tf.tensor1d([label], 'int32'), tf.tensor1d(counts)).classification.dataSync()[0]!;
    expect(loss(0, [100, 1, 1, 0])).toBeLessThan(loss(0, [100, 100, 100, 0]));
    const mistaken = tf.tensor2d([[0, 3, 0, 0, 0]]);
    const off = seesawLoss(mistaken, tf.tensor1d([0], 'int32'), tf.tensor1d([5, 5, 5, 0]), { q: 0 });
    expect(loss(0, [5, 5, 5, 0], mistaken)).toBeGreaterThan(off.classification.dataSync()[0]!);
  });

  test('the first step of equalization v2 is cross-entropy, and so is equalization without rare classes', () => {
    const z = tf.tensor2d([
      [1, -2, 0.5],
      [8, 0, -8],
      [0.1, 0.2, 0.3],
    ]);
    const labels = tf.tensor1d([1, 0, 2], 'int32');
    const plain: Loss = (x) => sigmoidCrossEntropy(x as tf.Tensor2D, labels);
    expectSame(z, (x) => eqlv2Loss(x as tf.Tensor2D, labels, eqlv2State()).losses, plain);
    expectSame(z, (x) => eqlLoss(x as tf.Tensor2D, labels, { frequencies: [0.5, 0.5, 0.5] }), plain);
  });

  test('distributional ranking looks at the hardest of each side', () => {
    const loss = (z: number[]) =>
      drLoss(tf.tensor1d(z), tf.tensor1d([1, 0, 0, 0]), tf.tensor1d([0, 1, 1, 1])).dataSync()[0]!;
    expect(loss([0, 3, -3, -3])).toBeGreaterThan(loss([0, 1, 1, 1]));
    const gradient = tf
      .grad((z) => drLoss(z, tf.tensor1d([1, 0, 0, 0]), tf.tensor1d([0, 1, 1, 1])))(
        tf.tensor1d([0, 2, -1, -1]),
      )
      .dataSync();
    expect(gradient[0]).toBeLessThan(0);
    expect(gradient[1]).toBeGreaterThan(10 * Math.abs(gradient[2]!));
  });

  test('strategies that come to the same weigh the same', () => {
    const samples = randomSamples({ seed: 9, n: 40, classes: 3, images: 2 });
    const loss = (strategy: SoftStrategy<StrategyState>) =>
      criterion(strategy).loss(samples).classification.dataSync()[0]!;
    const plain = loss(crossEntropy({ normalizer: 'positives' }));
    for (const same of [
      focal({ alpha: null, gamma: 0 }),
      classBalanced({ counts: [7, 7, 7], gamma: 0 }),
      equalizationV2({ normalizer: 'positives' }),
    ] as SoftStrategy<StrategyState>[])
      expect(loss(same)).toBeCloseTo(plain, 4);
  });
});

test('effective numbers: Σ w = C, alike for β = 0, by inverse frequency for β → 1, a count of 0 is guarded', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 1e6 }), { minLength: 1, maxLength: 9 }),
      fc.constantFrom(0, 0.9, 0.999, 0.9999),
      (counts, beta) => {
        const weights = effectiveNumberWeights(counts, beta);
        const sum = weights.reduce((a, b) => a + b, 0);
        if (!(Math.abs(sum - counts.length) < 1e-9 * counts.length)) throw new Error(`Σ w = ${sum}`);
        counts.forEach((count, c) => {
          if (counts.some((other, d) => other > count && weights[d]! > weights[c]! + 1e-12))
            throw new Error('a rarer class weighs less');
        });
      },
    ),
  );
  expect(effectiveNumberWeights([3, 40], 0)).toEqual([1, 1]);
  const [rare, common] = effectiveNumberWeights([10, 1000], 1 - 1e-9);
  expect(rare! / common!).toBeCloseTo(100, 3);
  expect(() => effectiveNumberWeights([1], 1)).toThrow('beta: expected a number in [0, 1), got 1');
});
