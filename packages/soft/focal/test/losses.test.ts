import { BACKENDS } from './backends.ts';
import * as oracle from './oracle.ts';
import {
  asymmetricLoss,
  asymmetricSingleLabelLoss,
  distributionFocalLoss,
  drLoss,
  focalLossOfProbabilities,
  focalStarLoss,
  gaussianFocalLoss,
  gaussianFocalLossOfProbabilities,
  poly1CrossEntropy,
  poly1FocalLoss,
  qualityFocalLoss,
  reduceLoss,
  seesawLoss,
  sigmoidFocalLoss,
  softmaxFocalLoss,
  varifocalLoss,
} from '@equipoise/focal';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';

const LOGITS = [-120, -88, -30, -12, -4.6, -1, 0, 0.3, 2, 8, 30, 88, 120];
const GAMMAS = [0, 0.5, 1, 2, 5];

/** Where ours are not near, relative 1e-5 or absolute 1e-6. */
function far(ours: ArrayLike<number>, wanted: readonly number[]): string[] {
  return wanted.flatMap((value, i) =>
    Math.abs(ours[i]! - value) <= 1e-6 + 2e-5 * Math.abs(value)
      ? []
      : [`[${i}]: expected ${value}, got ${ours[i]}`],
  );
}

/** An entry-wise loss at LOGITS, all of one target: value and gradient equal the oracle's. */
function expectEntries(
  target: number,
  loss: (z: tf.Tensor2D, targets: tf.Tensor2D) => tf.Tensor,
  wanted: (z: number, at: number) => number,
): void {
  const z = tf.tensor2d(LOGITS, [LOGITS.length, 1]);
  const targets = tf.fill([LOGITS.length, 1], target) as tf.Tensor2D;
  const values = loss(z, targets).dataSync();
  const gradient = tf
    .grad((x) => loss(x as tf.Tensor2D, targets))(z)
    .dataSync();
  expect(
    far(
      values,
      LOGITS.map((at) => wanted(at, at)),
    ),
  ).toEqual([]);
  expect(
    far(
      gradient,
      LOGITS.map((at) => oracle.slope((x) => wanted(x, at), at)),
    ),
  ).toEqual([]);
}

/** A row-wise loss: value and gradient equal the oracle's. */
function expectRows(
  rows: number[][],
  loss: (z: tf.Tensor2D) => tf.Tensor,
  wanted: (z: readonly number[], row: number) => number,
): void {
  const z = tf.tensor2d(rows);
  expect(far(loss(z).dataSync(), rows.map(wanted))).toEqual([]);
  const slopes = rows.flatMap((row, i) => oracle.slopes((x) => wanted(x, i), row));
  expect(
    far(
      tf
        .grad((x) => loss(x as tf.Tensor2D))(z)
        .dataSync(),
      slopes,
    ),
  ).toEqual([]);
}

const ROWS = [
  [0.3, -1.2, 2, 0.1],
  [-3, 4, 0.5, -0.5],
  [120, -120, 0, 30],
  [-120, 120, 119, -30],
  [0, 0, 0, 0],
];
const LABELS = [2, 0, 0, 3, 1];
const labels = () => tf.tensor1d(LABELS, 'int32');

describe.each(BACKENDS)(
  'on %s value and gradient equal central differences in double precision',
  (backend) => {
    beforeAll(async () => {
      await tf.setBackend(backend);
    });

    describe.each(GAMMAS)('γ = %s', (gamma) => {
      test.each([0, 0.35, 1])('focal, target %s', (y) => {
        for (const alpha of [0.25, null])
          expectEntries(
            y,
            (z, targets) => sigmoidFocalLoss(z, targets, { alpha, gamma }),
            (z) => oracle.focal(z, y, alpha, gamma),
          );
      });

      test.each([0, 0.35, 1])('quality focal, target %s', (y) => {
        expectEntries(
          y,
          (z, targets) => qualityFocalLoss(z, targets, { beta: gamma }),
          (z) => oracle.quality(z, y, gamma),
        );
      });

      test.each([0, 0.35, 1])('varifocal, target %s', (q) => {
        for (const iouWeighted of [true, false])
          expectEntries(
            q,
            (z, targets) => varifocalLoss(z, targets, { gamma, iouWeighted }),
            (z) => oracle.varifocal(z, q, 0.75, gamma, iouWeighted),
          );
      });

      test.each([0, 1])('Poly-1, target %s', (y) => {
        for (const epsilon of [1, -0.4])
          expectEntries(
            y,
            (z, targets) => poly1FocalLoss(z, targets, { gamma, epsilon }),
            (z) => oracle.poly1(z, y, 0.25, gamma, epsilon),
          );
      });

      test.each([0, 1])('asymmetric, target %s', (y) => {
        for (const factorGradient of [true, false])
          for (const clip of [0, 0.05]) {
            const options = { gammaPositive: gamma, gammaNegative: gamma, clip };
            expectEntries(
              y,
              (z, targets) => asymmetricLoss(z, targets, { ...options, factorGradient }),
              (z, at) => oracle.asymmetric(z, y, options, factorGradient ? z : at),
            );
          }
      });

      test.each([0, 0.6, 1])('Gaussian, target %s', (y) => {
        expectEntries(
          y,
          (z, targets) => gaussianFocalLoss(z, targets, { alpha: gamma }),
          (z) => oracle.gaussian(z, y, gamma, 4),
        );
      });

      test('softmax: focal and asymmetric', () => {
        expectRows(
          ROWS,
          (z) => softmaxFocalLoss(z, labels(), { gamma }),
          (z, i) => -0.25 * oracle.complement(z, LABELS[i]!) ** gamma * oracle.logSoftmax(z)[LABELS[i]!]!,
        );
        const options = { gammaPositive: gamma, gammaNegative: 2, smoothing: 0.2 };
        expectRows(
          ROWS,
          (z) => asymmetricSingleLabelLoss(z, labels(), options),
          (z, i) => oracle.singleLabel(z, LABELS[i]!, gamma, 2, 0.2),
        );
      });
    });

    test.each([0, 1])('focal star, target %s', (y) => {
      for (const gamma of [0.5, 1, 2, 5])
        expectEntries(
          y,
          (z, targets) => focalStarLoss(z, targets, { gamma, alpha: 0.25 }),
          (z) => (oracle.balance(y, 0.25) * oracle.softplus(gamma * (y ? -z : z))) / gamma,
        );
    });

    test('Poly-1 cross-entropy', () => {
      for (const epsilon of [1, -0.8])
        expectRows(
          ROWS,
          (z) => poly1CrossEntropy(z, labels(), { epsilon }),
          (z, i) => epsilon * oracle.complement(z, LABELS[i]!) - oracle.logSoftmax(z)[LABELS[i]!]!,
        );
    });

    test('distribution focal: a hat about the target, its ends included', () => {
      const targets = [0, 2.25, 1.5, 3, 0.75];
      expectRows(
        ROWS,
        (z) => distributionFocalLoss(z, tf.tensor1d(targets)),
        (z, i) =>
          -oracle
            .logSoftmax(z)
            .reduce((sum, logP, k) => sum + Math.max(0, 1 - Math.abs(k - targets[i]!)) * logP, 0),
      );
    });

    test('Seesaw: S is a constant, objectness has its own columns', () => {
      const counts = [2, 30, 0, 7, 100];
      const seen = counts.map((count, c) => count + LABELS.filter((label) => label === c).length);
      const rows = ROWS.map((row) => [...row, 0.5, -1]);
      const S = ROWS.map((row, i) => {
        const logP = oracle.logSoftmax(row);
        const own = Math.max(Math.exp(logP[LABELS[i]!]!), 0.01);
        return row.map(
          (_, j) =>
            Math.min(1, Math.max(seen[j]!, 1) / Math.max(seen[LABELS[i]!]!, 1)) ** 0.8 *
            Math.max(1, Math.exp(logP[j]!) / own) ** 2,
        );
      });
      expectRows(
        rows,
        (z) => seesawLoss(z, labels(), tf.tensor1d(counts)).classification,
        (z, i) => oracle.seesaw(z.slice(0, 4), LABELS[i]!, S[i]!),
      );
      expectRows(
        rows,
        (z) => seesawLoss(z, labels(), tf.tensor1d(counts)).objectness,
        (z) => -oracle.logSoftmax(z.slice(4))[0]!,
      );
    });

    test.each([
      ['both sides', [1, 0, 0, -1, 0, 1, 0, -1]],
      ['no positives', [0, 0, 0, -1, 0, 0, 0, -1]],
      ['no negatives', [1, 1, 1, -1, 1, 1, 1, -1]],
    ])('distributional ranking, %s', (_, side) => {
      const z = [0.5, -1, 3, 2, -120, -2, 1, 120];
      const mask = (of: number) => tf.tensor1d(side.map((s) => +(s === of)));
      const loss = (x: tf.Tensor) => drLoss(x, mask(1), mask(0));
      expect(far(loss(tf.tensor1d(z)).dataSync(), [oracle.ranking(z, side)])).toEqual([]);
      const gradient = tf.grad(loss)(tf.tensor1d(z)).dataSync();
      expect(
        far(
          gradient,
          oracle.slopes((x) => oracle.ranking(x, side), z),
        ),
      ).toEqual([]);
    });

    test('losses of probabilities are those of their logits, and finite at 0 and 1', () => {
      const z = [-4, -1, 0, 0.5, 3];
      const p = tf.tensor1d(z.map(oracle.sigmoid));
      const targets = tf.tensor1d([0, 1, 1, 0, 1]);
      const soft = tf.tensor1d([0.2, 1, 0.9, 0, 1]);
      const ofLogits = sigmoidFocalLoss(tf.tensor1d(z), targets).dataSync();
      expect(far(focalLossOfProbabilities(p, targets).dataSync(), [...ofLogits])).toEqual([]);
      const heat = gaussianFocalLoss(tf.tensor1d(z), soft).dataSync();
      expect(far(gaussianFocalLossOfProbabilities(p, soft).dataSync(), [...heat])).toEqual([]);
      const ends = tf.tensor1d([0, 0, 1, 1]);
      const wanted = tf.tensor1d([0, 1, 0, 1]);
      for (const loss of [focalLossOfProbabilities, gaussianFocalLossOfProbabilities]) {
        const { value, grad } = tf.valueAndGrad((x) => tf.sum(loss(x, wanted)))(ends);
        expect([...value.dataSync(), ...grad.dataSync()].every(Number.isFinite)).toBe(true);
      }
    });

    test('a label outside the columns has no loss and no gradient', () => {
      const rows = tf.tensor2d(ROWS.slice(0, 2));
      const none = tf.tensor1d([-1, 4], 'int32');
      const seen = seesawLoss(tf.tensor2d(ROWS.slice(0, 2)), tf.tensor1d([-1, -1], 'int32'), tf.zeros([3]));
      expect([...seen.counts.dataSync()]).toEqual([0, 0, 0]);
      for (const loss of [
        (z: tf.Tensor) => softmaxFocalLoss(z as tf.Tensor2D, none, { gamma: 0 }),
        (z: tf.Tensor) => poly1CrossEntropy(z as tf.Tensor2D, none),
        (z: tf.Tensor) => asymmetricSingleLabelLoss(z as tf.Tensor2D, none),
      ]) {
        expect(
          loss(rows)
            .dataSync()
            .every((value) => value === 0),
        ).toBe(true);
        expect(
          tf
            .grad(loss)(rows)
            .dataSync()
            .every((value) => value === 0),
        ).toBe(true);
      }
    });
  },
);

test('reduceLoss: weights of rows and of entries, divisors, refusals', () => {
  const losses = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  const value = (options: Parameters<typeof reduceLoss>[1]) => [...reduceLoss(losses, options).dataSync()];
  expect(value({})).toEqual([2.5]);
  expect(value({ reduction: 'sum', weight: tf.tensor1d([1, 0]) })).toEqual([3]);
  expect(value({ reduction: 'none', weight: tf.tensor1d([1, 0, 2, 0]) })).toEqual([1, 0, 6, 0]);
  expect(value({ avgFactor: 5 })[0]).toBeCloseTo(2, 6);
  expect(value({ avgFactor: 0 })[0]).toBe(Math.fround(10 / 2 ** -23));
  expect(reduceLoss(tf.zeros([0, 3])).dataSync()[0]).toBe(0);
  expect(() => value({ reduction: 'sum', avgFactor: 5 })).toThrow('@equipoise/focal: avgFactor');
  expect(() => value({ weight: tf.ones([3]) })).toThrow('weight: expected shape [2, 2] or [2]');
});

test('targets of another shape are refused', () => {
  const z = tf.zeros([2, 3]) as tf.Tensor2D;
  const wrong = tf.zeros([3, 2]) as tf.Tensor2D;
  for (const loss of [
    sigmoidFocalLoss,
    focalStarLoss,
    varifocalLoss,
    poly1FocalLoss,
    asymmetricLoss,
    gaussianFocalLoss,
  ])
    expect(() => loss(z, wrong)).toThrow('targets: expected shape [2, 3], got shape [3, 2]');
  expect(() => qualityFocalLoss(z, wrong)).toThrow('targets');
  expect(() => sigmoidFocalLoss(z, z, { alpha: 2 })).toThrow('option alpha: expected a number in [0, 1]');
  expect(() => sigmoidFocalLoss(z, z, { gamma: -1 })).toThrow('option gamma: expected a number ≥ 0');
});
