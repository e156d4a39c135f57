import { BACKENDS, numbers } from './backends.ts';
import { criterion, defaultTask, type Given, type Samples } from '@equipoise/core';
import { ghmC, gradientNorms, type GhmCOptions } from '@equipoise/ghm';
import { randomSamples } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { crossEntropy, oracleStart, oracleWeights, sigmoid } from './oracle.ts';

const LEVELS = 3;

/** A batch of three levels and two images, some samples ignored by label, some by weight. */
function batch(seed: number, n = 60, classes = 3) {
  const { logits, labels, image, imageCount } = randomSamples({ seed, n, classes, images: 2 });
  const level = tf.tensor1d(
    Int32Array.from({ length: n }, (_, i) => (i < n / 2 ? 0 : i < (5 * n) / 6 ? 1 : 2)),
    'int32',
  );
  const weights = tf.tensor1d(Float32Array.from({ length: n }, (_, i) => [1, 0.5, 0, 2, 1][(i + seed) % 5]!));
  return { logits, labels, image, imageCount, level, weights } satisfies Samples;
}

function step(loss: ReturnType<typeof criterion>, samples: Samples) {
  const { value, grad } = tf.valueAndGrad(
    (logits: tf.Tensor) => loss.loss({ ...samples, logits: logits as tf.Tensor2D }).classification,
  )(samples.logits);
  return { value: value.dataSync()[0]!, gradient: grad.arraySync() as number[][] };
}

const configurations: readonly Given<GhmCOptions>[] = [
  {},
  { momentum: 0 },
  { bins: 7, momentum: 0.9 },
  { preset: 'paper' },
  { biasCorrection: false },
  { scope: 'image' },
  { scope: 'level', levels: LEVELS },
  { preset: 'mmdet' },
  { preset: 'mmdet', scope: 'level', levels: LEVELS, momentum: 0.5 },
  { preset: 'mmdet', scope: 'level', levels: LEVELS, momentum: 0 },
  { preset: 'mmdet', biasCorrection: true },
  { maxWeight: 1.5, lossWeight: 2 },
];

describe.each(BACKENDS)('on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  test.each(configurations)('three steps are those of the plain loop: %j', (given) => {
    const strategy = ghmC(given);
    const options = strategy.options as unknown as GhmCOptions;
    const loss = criterion(strategy);
    const mmdet = options.preset === 'mmdet';
    const shared = mmdet || options.scope !== 'level';
    const state = oracleStart(shared ? 1 : LEVELS, options.bins);
    for (const seed of [1, 2, 3]) {
      const samples = batch(seed);
      const z = samples.logits.arraySync();
      const labels = samples.labels.arraySync();
      const weights = samples.weights.arraySync().map((weight, i) => (labels[i]! < 0 ? 0 : weight));
      const y = z.map((row, i) => row.map((_, c) => Number(labels[i] === c)));
      const norms = z.map((row, i) =>
        row.map((value, c) => Math.abs(Math.fround(sigmoid(value)) - y[i]![c]!)),
      );
      const [group, groups] = {
        batch: [labels.map(() => 0), 1] as const,
        image: [samples.image.arraySync(), 2] as const,
        level: [samples.level.arraySync(), LEVELS] as const,
      }[options.scope];
      const beta = oracleWeights(norms, weights, group, groups, { ...options, shared, mmdet }, state);
      const entries = weights.filter((weight) => weight > 0).length * 3;
      const { value, gradient } = step(loss, samples);
      let sum = 0;
      z.forEach((row, i) => {
        row.forEach((logit, c) => {
          const factor = (options.lossWeight * beta[i]![c]!) / entries;
          sum += factor * crossEntropy(logit, y[i]![c]!);
          const wanted = factor * (sigmoid(logit) - y[i]![c]!);
          expect(Math.abs(gradient[i]![c]! - wanted)).toBeLessThan(2e-5 * Math.abs(wanted) + 1e-7);
        });
      });
      expect(value).toBeCloseTo(sum, 4);
    }
  });

  test('a saved and restored criterion goes on as the long run', async () => {
    const long = criterion(ghmC());
    const first = criterion(ghmC());
    for (const seed of [1, 2]) {
      step(long, batch(seed));
      step(first, batch(seed));
    }
    const resumed = criterion(ghmC());
    resumed.restore(JSON.parse(JSON.stringify(await first.save())) as Awaited<ReturnType<typeof first.save>>);
    const wanted = step(long, batch(3)).value;
    expect(step(resumed, batch(3)).value).toBe(wanted);
    expect(step(criterion(ghmC()), batch(3)).value).not.toBe(wanted);
  });

  test('no samples, all ignored, no positives, saturated logits: finite, and 0 where nothing counts', () => {
    for (const given of [...configurations, { density: 'exact' } as const]) {
      const loss = criterion(ghmC(given));
      const ignored = { ...batch(1), labels: tf.fill([60], -1, 'int32') as tf.Tensor1D };
      const none: Samples = {
        logits: tf.zeros([0, 3]) as tf.Tensor2D,
        labels: tf.zeros([0], 'int32') as tf.Tensor1D,
        level: tf.zeros([0], 'int32') as tf.Tensor1D,
      };
      for (const samples of [none, ignored, none]) {
        const { value, gradient } = step(loss, samples);
        expect(value).toBe(0);
        expect(gradient.flat().every((g) => g === 0)).toBe(true);
      }
      const background = { ...batch(1), labels: tf.fill([60], 3, 'int32') as tf.Tensor1D };
      const saturated = { ...batch(2), logits: tf.mul<tf.Tensor2D>(batch(2).logits, 60) };
      for (const samples of [background, saturated]) {
        const { value, gradient } = step(loss, samples);
        expect(value).toBeGreaterThan(0);
        expect([value, ...gradient.flat()].every(Number.isFinite)).toBe(true);
      }
    }
  });
});

describe('laws of the paper', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  const logit = (p: number) => Math.log(p / (1 - p));
  /** Background samples whose norms are the middles of M bins, `copies` in each. */
  const even = (bins: number, copies: number): Samples => {
    const z = Array.from({ length: bins * copies }, (_, i) => [logit(((i % bins) + 0.5) / bins)]);
    return { logits: tf.tensor2d(z), labels: tf.fill([z.length], 1, 'int32') as tf.Tensor1D };
  };

  test('evenly spread norms weigh 1: the loss is the mean cross-entropy', () => {
    for (const given of [
      {},
      { preset: 'paper' },
      { scope: 'image' },
      { density: 'exact', epsilon: 1 / 30 },
    ] as const) {
      const samples = even(30, 4);
      const { classification, weights } = criterion(ghmC(given)).loss(samples);
      const tolerance = given.density === 'exact' ? 0.51 : 1e-5;
      // An exact window may catch a neighbour more or less at its edge.
      for (const beta of weights.classification.dataSync())
        expect(Math.abs(beta - 1)).toBeLessThan(tolerance);
      if (given.density === 'exact') continue;
      const mean = numbers(samples.logits).reduce((sum, z) => sum + crossEntropy(z, 0), 0) / 120;
      expect(classification.dataSync()[0]).toBeCloseTo(mean, 5);
    }
  });

  test('the exact density of evenly spread norms is N everywhere, borders included', () => {
    const n = 2000;
    const z = Array.from({ length: n }, (_, i) => [logit((i + 0.5) / n)]);
    const samples = { logits: tf.tensor2d(z), labels: tf.fill([n], 1, 'int32') as tf.Tensor1D };
    const { weights } = criterion(ghmC({ density: 'exact', epsilon: 0.1 })).loss(samples);
    for (const beta of weights.classification.dataSync()) expect(Math.abs(beta - 1)).toBeLessThan(0.02);
  });

  const doubled = (samples: Samples): Samples => ({
    ...samples,
    logits: tf.concat([samples.logits, samples.logits]),
    labels: tf.concat([samples.labels, samples.labels]),
    weights: tf.concat([samples.weights!, samples.weights!]),
    image: tf.concat([samples.image!, samples.image!]),
    level: tf.concat([samples.level!, samples.level!]),
  });

  test('doubling every sample does not change the loss', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.constantFrom<Given<GhmCOptions>>(...configurations, { density: 'exact' }),
        (seed, given) => {
          const samples = batch(seed);
          const once = criterion(ghmC(given)).loss(samples).classification.dataSync()[0]!;
          const twice = criterion(ghmC(given)).loss(doubled(samples)).classification.dataSync()[0]!;
          expect(Math.abs(once - twice)).toBeLessThan(1e-5 * once);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('without momentum the weights sum to N, and the loss is the mean over non-empty bins of the means in them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.constantFrom(1, 5, 10, 30), (seed, bins) => {
        const samples = batch(seed);
        const { classification, weights } = criterion(ghmC({ bins, momentum: 0 })).loss(samples);
        const n = weights.classificationNormalizer.dataSync()[0]!;
        const sum = numbers(weights.classification).reduce((total, beta) => total + beta, 0);
        expect(Math.abs(sum - n)).toBeLessThan(1e-4 * n);
        const labels = samples.labels.arraySync();
        const counted = samples.weights.arraySync();
        const held = new Map<number, number[]>();
        samples.logits.arraySync().forEach((row, i) => {
          if (labels[i]! < 0 || counted[i] === 0) return;
          row.forEach((z, c) => {
            const y = Number(labels[i] === c);
            const g = Math.abs(Math.fround(sigmoid(z)) - y);
            const bin = Math.min(bins - 1, Math.floor(g * bins));
            held.set(bin, [...(held.get(bin) ?? []), crossEntropy(z, y)]);
          });
        });
        const means = [...held.values()].map((losses) => losses.reduce((a, b) => a + b, 0) / losses.length);
        const wanted = means.reduce((a, b) => a + b, 0) / means.length;
        expect(classification.dataSync()[0]).toBeCloseTo(wanted, 4);
      }),
      { numRuns: 30 },
    );
  });

  test('the running mean without bias correction starts 1 / (1 − momentum) times too large; corrected it does not', () => {
    const value = (given: Given<GhmCOptions>) =>
      criterion(ghmC(given)).loss(batch(4)).classification.dataSync()[0]!;
    const plain = value({ momentum: 0 });
    expect(value({ momentum: 0.75 })).toBeCloseTo(plain, 5);
    expect(value({ momentum: 0.75, biasCorrection: false })).toBeCloseTo(4 * plain, 4);
  });

  test('the paper divides by all bins, the code by those that are not empty', () => {
    const z = [-3, -3, 0.1, 4];
    const samples = { logits: tf.tensor2d(z, [4, 1]), labels: tf.fill([4], 1, 'int32') as tf.Tensor1D };
    const value = (preset: 'paper' | 'corrected') =>
      numbers(criterion(ghmC({ preset, bins: 10 })).loss(samples).classification)[0]!;
    expect(value('paper')).toBeCloseTo(0.3 * value('corrected'), 6);
  });

  test('mmdet, by level: the loss is the sum of calls a level that share one state', () => {
    const samples = batch(5);
    const whole = criterion(ghmC({ preset: 'mmdet', scope: 'level', levels: LEVELS }));
    const parts = criterion(ghmC({ preset: 'mmdet' }));
    for (let repeat = 0; repeat < 3; repeat++) {
      let sum = 0;
      for (const [begin, size] of [
        [0, 30],
        [30, 20],
        [50, 10],
      ] as const) {
        sum += parts
          .loss({
            logits: tf.slice(samples.logits, [begin, 0], [size, 3]),
            labels: tf.slice(samples.labels, begin, size),
            weights: tf.slice(samples.weights, begin, size),
          })
          .classification.dataSync()[0]!;
      }
      expect(whole.loss(samples).classification.dataSync()[0]).toBeCloseTo(sum, 4);
    }
  });

  test('softmax: g is 1 − p of the true class', () => {
    const z = [
      [2, 0, 0],
      [0, 1, 0],
      [0, 0, 3],
      [1, 1, 1],
    ];
    const labels = [0, 1, 2, -1];
    const samples = { logits: tf.tensor2d(z), labels: tf.tensor1d(labels, 'int32') };
    const loss = criterion(ghmC({ bins: 4, momentum: 0 }), { activation: 'softmax' });
    const norms = numbers(gradientNorms({ ...samples, task: { ...defaultTask, activation: 'softmax' } }));
    [0.213, 0.4239, 0.0906].forEach((g, i) => {
      expect(norms[i]).toBeCloseTo(g, 3);
    });
    const { weights, classification } = loss.loss(samples);
    // g = .213, .424, .091: bins 0, 1, 0.
    const beta = [3 / (2 * 2), 3 / (1 * 2), 3 / (2 * 2), 0];
    expect([...weights.classification.dataSync()]).toEqual(beta);
    const nll = z.map(
      (row, i) => Math.log(row.reduce((s, v) => s + Math.exp(v), 0)) - row[Math.max(0, labels[i]!)]!,
    );
    const wanted = nll.reduce((sum, value, i) => sum + value * beta[i]!, 0) / 3;
    expect(classification.dataSync()[0]).toBeCloseTo(wanted, 5);
  });

  test('options are checked, in force, and survive structuredClone', () => {
    const { options, needs } = ghmC({ scope: 'level', preset: 'mmdet' });
    expect(structuredClone(options)).toEqual(options);
    expect(options).toMatchObject({ bins: 30, momentum: 0.75, biasCorrection: false, maxWeight: Infinity });
    expect(needs).toEqual(['level']);
    expect(ghmC({ preset: 'paper' }).options).toMatchObject({ normalizeBy: 'all', biasCorrection: true });
    expect(() => ghmC({ bin: 3 } as never)).toThrow(
      '@equipoise/ghm: option bin: expected one of preset, density',
    );
    expect(() => ghmC({ momentum: 1 })).toThrow(
      '@equipoise/ghm: option momentum: expected a number in [0, 0.9999], got 1',
    );
    expect(() => ghmC({ maxWeight: 0 })).toThrow(
      'option maxWeight: expected a number > 0, or Infinity for none, got 0',
    );
    const level = { ...batch(1), level: undefined } as unknown as Samples;
    expect(() => criterion(ghmC({ scope: 'level' })).loss(level)).toThrow('samples.level: expected a tensor');
  });
});
