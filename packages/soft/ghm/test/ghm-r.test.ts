import { BACKENDS } from './backends.ts';
import { criterion, type Samples } from '@equipoise/core';
import { authenticSmoothL1, ghm, ghmC, ghmR, ghmRLoss } from '@equipoise/ghm';
import { randomSamples } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { oracleStart, oracleWeights } from './oracle.ts';

const MU = 0.02;
const asl1 = (d: number) => Math.sqrt(d * d + MU * MU) - MU;

function batch(seed: number, positiveShare = 0.5): Samples {
  const { logits, labels, deltas, deltaTargets, anchors } = randomSamples({
    seed,
    n: 30,
    classes: 2,
    images: 1,
    positiveShare,
  });
  // Errors on the scale of μ, and targets without meaning where there is no positive.
  const target = tf.where(
    tf.tile(tf.expandDims(tf.logicalAnd(tf.greaterEqual(labels, 0), tf.less(labels, 2)), 1), [1, 4]),
    tf.add(deltas, tf.mul(deltaTargets, 0.05)),
    tf.fill([30, 4], NaN),
  ) as tf.Tensor2D;
  const weights = tf.tensor1d(Float32Array.from({ length: 30 }, (_, i) => (i % 7 === 3 ? 0 : 1)));
  return { logits, labels, weights, deltas, deltaTargets: target, anchors };
}

function boxStep(loss: ReturnType<typeof criterion>, samples: Samples) {
  const { value, grad } = tf.valueAndGrad(
    (deltas: tf.Tensor) => loss.loss({ ...samples, deltas: deltas as tf.Tensor2D }).box,
  )(samples.deltas!);
  return { value: value.dataSync()[0]!, gradient: grad.arraySync() as number[][] };
}

describe.each(BACKENDS)('on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  test('GHM-R of deltas alone counts coordinate by coordinate: the mean over filled bins of the means in each', () => {
    const random = [3, 1, 4, 1, 5, 9, 2, 6].map((digit) => digit / 100);
    const predicted = tf.tensor2d(random, [2, 4]);
    const counted = [1, 0, 1, 1, 0, 0, 1, 1];
    const momentum = 0;
    const options = { preset: 'mmdet', momentum, lossWeight: 1 } as const;
    const [loss, next] = ghmRLoss(
      predicted,
      tf.zeros([2, 4]),
      tf.tensor2d(counted, [2, 4]),
      ghmR(options).init(),
      options,
    );
    const bins = new Map<number, number[]>();
    random.forEach((d, i) => {
      if (counted[i] === 0) return;
      const bin = Math.floor((10 * d) / Math.sqrt(d * d + MU * MU));
      bins.set(bin, [...(bins.get(bin) ?? []), asl1(d)]);
    });
    const means = [...bins.values()].map((held) => held.reduce((sum, x) => sum + x, 0) / held.length);
    expect(loss.dataSync()[0]).toBeCloseTo(means.reduce((sum, x) => sum + x, 0) / means.length, 6);
    expect(next.counts.shape).toEqual([1, 10]);
    expect(() => ghmRLoss(predicted, tf.zeros([2, 3]), tf.ones([2, 4]), ghmR().init())).toThrow(
      '@equipoise/ghm: target: expected shape [2, 4], got shape [2, 3]',
    );
  });

  test('GHM-R is the plain loop, with constant weights: the gradient is a finite difference of ASL1', () => {
    for (const make of [ghmR, (options = {}) => ghm({ box: options })]) {
      const loss = criterion(make() as ReturnType<typeof ghmR>);
      const state = oracleStart(1, 10);
      for (const seed of [1, 2, 3]) {
        const samples = batch(seed);
        const labels = samples.labels.arraySync();
        const weights = samples
          .weights!.arraySync()
          .map((w, i) => (labels[i]! >= 0 && labels[i]! < 2 ? w : 0));
        const deltas = samples.deltas!.arraySync();
        const targets = samples.deltaTargets!.arraySync();
        const errors = deltas.map((row, i) =>
          row.map((d, k) => (weights[i]! > 0 ? Math.fround(d - targets[i]![k]!) : 0)),
        );
        const norms = errors.map((row) =>
          row.map((d) => Math.fround(Math.abs(d) / Math.sqrt(d * d + MU * MU))),
        );
        const settings = {
          bins: 10,
          momentum: 0.7,
          biasCorrection: true,
          normalizeBy: 'non-empty',
          shared: true,
          mmdet: false,
          maxWeight: Infinity,
        } as const;
        const beta = oracleWeights(
          norms,
          weights,
          labels.map(() => 0),
          1,
          settings,
          state,
        );
        const entries = 4 * weights.filter((w) => w > 0).length;
        const { value, gradient } = boxStep(loss, samples);
        let sum = 0;
        errors.forEach((row, i) => {
          row.forEach((d, k) => {
            const factor = (10 * beta[i]![k]!) / entries;
            sum += factor * asl1(d);
            const wanted = (factor * (asl1(d + 1e-6) - asl1(d - 1e-6))) / 2e-6;
            expect(Math.abs(gradient[i]![k]! - wanted)).toBeLessThan(1e-4 * Math.abs(wanted) + 1e-6);
          });
        });
        expect(Math.abs(value - sum)).toBeLessThan(1e-4 * sum + 1e-6);
      }
    }
  });

  test('no positives: loss 0, gradient 0, and the state waits', async () => {
    const loss = criterion(ghmR());
    boxStep(loss, batch(1));
    const before = JSON.stringify((await loss.save()).state);
    const { value, gradient } = boxStep(loss, batch(2, 0));
    expect(value).toBe(0);
    expect(gradient.flat().every((g) => g === 0)).toBe(true);
    expect(JSON.stringify((await loss.save()).state)).toBe(before);
  });

  test('errors whose square overflows stay finite', () => {
    const deltas = tf.tensor2d([[3e19, -1e30, 0, 1e-9]]);
    const targets = tf.zeros([1, 4]) as tf.Tensor2D;
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) =>
      tf.sum(authenticSmoothL1().apply(x as tf.Tensor2D, targets)),
    )(deltas);
    expect(Number.isFinite(value.dataSync()[0])).toBe(true);
    const [a, b, c, d] = grad.dataSync();
    expect([a, b, c]).toEqual([1, -1, 0]);
    expect(d).toBeCloseTo(5e-8, 12);
  });
});

describe('both parts', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  test('ghm is GHM-C and GHM-R at once', () => {
    const both = criterion(ghm());
    const classes = criterion(ghmC());
    const boxes = criterion(ghmR());
    for (const seed of [1, 2]) {
      const samples = batch(seed);
      const { classification, box, weights } = both.loss(samples);
      const c = classes.loss(samples);
      const r = boxes.loss(samples);
      expect(classification.dataSync()).toEqual(c.classification.dataSync());
      expect(box.dataSync()).toEqual(r.box.dataSync());
      expect(weights.classification.dataSync()).toEqual(c.weights.classification.dataSync());
      expect(weights.box.dataSync()).toEqual(r.weights.box.dataSync());
    }
  });

  test('options of both parts are checked; fields are asked for before the first step', () => {
    expect(ghm({ box: { bins: 4 } }).options).toMatchObject({
      classification: { bins: 30 },
      box: { bins: 4, mu: 0.02 },
    });
    expect(() => ghm({ box: { mu: 0 } })).toThrow(
      '@equipoise/ghm: option mu: expected a number ≥ 0.000001, got 0',
    );
    expect(() => ghm({ box: 3 as never })).toThrow('option box: expected an object of options, got 3');
    const { logits, labels } = batch(1);
    expect(() => criterion(ghmR()).loss({ logits, labels })).toThrow(
      '@equipoise/core: samples.deltas: expected a tensor, which ghm-r needs',
    );
  });
});
