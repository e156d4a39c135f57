import { BACKENDS, numbers } from './backends.ts';
import {
  boxLosses,
  criterion,
  type Criterion,
  defaultTask,
  giouLoss,
  matchedOverlaps,
  type Samples,
  weightedSum,
} from '@equipoise/core';
import { aLrp, apLoss, rankAndSort } from '@equipoise/ap-loss';
import { randomSamples } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { alrpLoop, averagePrecisionLoop, rankSortLoop } from './oracle.ts';

const CLASSES = 3;

function batch(seed: number, n = 50, positiveShare = 0.3) {
  const drawn = randomSamples({ seed, n, classes: CLASSES, images: 2, positiveShare });
  const weights = tf.tensor1d(Float32Array.from({ length: n }, (_, i) => [1, 0.5, 0, 2][(i + seed) % 4]!));
  // Boxes near their targets, so that overlaps spread over (0, 1); targets without meaning where there is no positive.
  const positive = tf.logicalAnd(tf.greaterEqual(drawn.labels, 0), tf.less(drawn.labels, CLASSES));
  const rows = tf.tile(tf.expandDims(positive, 1), [1, 4]);
  const near = tf.add<tf.Tensor2D>(drawn.deltas, drawn.deltaTargets);
  const deltaTargets = tf.where<tf.Tensor2D>(rows, near, tf.fill<tf.Rank.R2>([n, 4], NaN));
  return { ...drawn, weights, deltaTargets } satisfies Samples;
}

/** Targets of all entries, quality 1. */
function targetsOf(samples: Samples): number[] {
  const labels = numbers(samples.labels);
  const weights = numbers(samples.weights!);
  return labels.flatMap((label, i) =>
    Array.from({ length: CLASSES }, (_, c) => (label < 0 || weights[i] === 0 ? -1 : Number(label === c))),
  );
}

function perEntry(values: readonly number[]): number[] {
  return values.flatMap((value) => Array.from({ length: CLASSES }, () => value));
}

function step(loss: Criterion, samples: Samples, part: 'classification' | 'box' = 'classification') {
  const f = (logits: tf.Tensor, deltas: tf.Tensor) => {
    const { classification, box } = loss.loss({
      ...samples,
      logits: logits as tf.Tensor2D,
      deltas: deltas as tf.Tensor2D,
    });
    // tfjs refuses a gradient in what does not reach the value: the other part takes part, times 0.
    const [wanted, other] = part === 'box' ? [box, classification] : [classification, box];
    return tf.add<tf.Scalar>(wanted, tf.mul(other, 0));
  };
  const { value, grads } = tf.valueAndGrads(f)([samples.logits, samples.deltas!]);
  return { value: numbers(value)[0]!, logits: numbers(grads[0]!), deltas: numbers(grads[1]!) };
}

function expectNear(got: readonly number[], wanted: readonly number[], tolerance = 2e-5): void {
  expect(got.length).toBe(wanted.length);
  got.forEach((value, i) => {
    expect(Math.abs(value - wanted[i]!)).toBeLessThanOrEqual(tolerance * (Math.abs(wanted[i]!) + 0.01));
  });
}

/** Loss and gradient by classes, from the loops, for each strategy. */
const strategies = {
  'ap-loss': {
    make: () => apLoss(),
    loop: (e: Parameters<typeof averagePrecisionLoop>[0]) => averagePrecisionLoop(e, 1),
  },
  alrp: { make: () => aLrp(), loop: (e: Parameters<typeof alrpLoop>[0]) => alrpLoop(e, 1) },
  'rank-and-sort': {
    make: () => rankAndSort(),
    loop: (e: Parameters<typeof rankSortLoop>[0]) => {
      const { ranking, sorting, gradient } = rankSortLoop(e, 0.5);
      return { loss: ranking + sorting, gradient };
    },
  },
};
const names = Object.keys(strategies) as (keyof typeof strategies)[];

function localizationErrors(samples: Samples): number[] {
  const task = { boxLoss: giouLoss() };
  const loss = criterion(apLoss(), task);
  // One positive at a time: its box loss is its localisation error.
  const labels = numbers(samples.labels);
  return labels.map((label, i) => {
    if (label < 0 || label >= CLASSES || numbers(samples.weights!)[i] === 0) return 0;
    const alone = tf.tensor1d(labels.map((_, k) => (k === i ? 1 : 0)));
    return numbers(loss.loss({ ...samples, weights: alone }).box)[0]!;
  });
}

describe.each(BACKENDS)('on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  test.each(names)('%s: all entries of the batch are one ranking', (name) => {
    for (const seed of [1, 2]) {
      const samples = batch(seed);
      const { make, loop } = strategies[name];
      const binary = targetsOf(samples);
      const overlaps = perEntry(numbers(matchedOverlaps(samples)));
      const targets =
        name === 'rank-and-sort'
          ? binary.map((t, i) => (t > 0 ? Math.max(overlaps[i]!, Math.fround(1e-6)) : t))
          : binary;
      const errors = perEntry(localizationErrors(samples));
      const wanted = loop({ scores: numbers(samples.logits), targets, errors });
      const { value, logits, deltas } = step(criterion(make() as ReturnType<typeof apLoss>), samples);
      expect(value).toBeCloseTo(wanted.loss, 5);
      expectNear(logits, wanted.gradient);
      expect(deltas.every((g) => g === 0)).toBe(true);
    }
  });

  test.each(names)('%s: its weights give cross-entropy the same gradient', (name) => {
    const samples = batch(3);
    const strategy = strategies[name].make() as ReturnType<typeof apLoss>;
    const whole = step(criterion(strategy), samples).logits;
    const weighted = { ...strategy, loss: undefined } as unknown as ReturnType<typeof apLoss>;
    const byWeights = step(criterion(weighted), samples).logits;
    // Rank & Sort also pushes positives down, which a weight ≥ 0 of cross-entropy cannot: compare sizes.
    expectNear(byWeights.map(Math.abs), whole.map(Math.abs), 1e-4);
  });

  test.each(names)('%s: no samples, no positives, all ignored, saturated logits', (name) => {
    const loss = criterion(strategies[name].make() as ReturnType<typeof apLoss>);
    const samples = batch(4);
    const none: Samples = {
      logits: tf.zeros([0, CLASSES]) as tf.Tensor2D,
      labels: tf.zeros([0], 'int32') as tf.Tensor1D,
      anchors: tf.zeros([0, 4]) as tf.Tensor2D,
      deltas: tf.zeros([0, 4]) as tf.Tensor2D,
      deltaTargets: tf.zeros([0, 4]) as tf.Tensor2D,
    };
    const labelled = (label: number) => ({
      ...samples,
      labels: tf.fill([50], label, 'int32') as tf.Tensor1D,
    });
    for (const part of ['classification', 'box'] as const) {
      for (const given of [none, labelled(CLASSES), labelled(-1)]) {
        const { value, logits, deltas } = step(loss, given, part);
        expect(value).toBe(0);
        expect([...logits, ...deltas].every((g) => g === 0)).toBe(true);
      }
      const saturated = { ...samples, logits: tf.mul<tf.Tensor2D>(samples.logits, 60) };
      const { value, logits, deltas } = step(loss, saturated, part);
      expect([value, ...logits, ...deltas].every(Number.isFinite)).toBe(true);
      expect(value).toBeGreaterThan(0);
    }
  });

  test('AP-Loss: boxes are as in the criterion', () => {
    const samples = batch(5);
    const { box, boxNormalizer } = criterion(apLoss()).loss(samples).weights;
    const kinds = targetsOf(samples);
    const positive = numbers(samples.labels).map((_, i) =>
      Number(kinds.slice(CLASSES * i, CLASSES * (i + 1)).includes(1)),
    );
    const weights = numbers(samples.weights);
    expect(numbers(box)).toEqual(positive.map((p, i) => p * weights[i]!));
    expect(numbers(boxNormalizer)).toEqual([positive.reduce((sum, p) => sum + p, 0)]);
  });

  test('aLRP: the localisation loss, its balance, and the period', () => {
    const loss = criterion(aLrp({ balance: 7, period: 2 }));
    const batches = [6, 7, 8, 9].map((seed) => batch(seed));
    const wanted = batches.map((samples) => {
      const errors = perEntry(localizationErrors(samples));
      return alrpLoop({ scores: numbers(samples.logits), targets: targetsOf(samples), errors }, 1);
    });
    const renewed = (a: number, b: number) =>
      1 + (wanted[a]!.loss + wanted[b]!.loss) / (wanted[a]!.localization + wanted[b]!.localization);
    // The step that ends a period uses its factor already, and the first of the next goes on with it.
    const factors = [7, renewed(0, 1), renewed(0, 1), renewed(2, 3)];
    batches.forEach((samples, at) => {
      const { value, deltas, logits } = step(loss, samples, 'box');
      expect(Math.abs(value - factors[at]! * wanted[at]!.localization)).toBeLessThan(1e-4 * value);
      expect(deltas.some((g) => g !== 0)).toBe(true);
      expect(logits.every((g) => g === 0)).toBe(true);
    });
  });

  test('aLRP goes on from a checkpoint', async () => {
    const [long, first, resumed] = [0, 1, 2].map(() => criterion(aLrp({ period: 2 }))) as [
      Criterion,
      Criterion,
      Criterion,
    ];
    step(long, batch(1));
    step(first, batch(1));
    resumed.restore(JSON.parse(JSON.stringify(await first.save())) as Awaited<ReturnType<Criterion['save']>>);
    const wanted = step(long, batch(2), 'box').value;
    expect(step(resumed, batch(2), 'box').value).toBe(wanted);
    expect(step(criterion(aLrp({ period: 2 })), batch(2), 'box').value).not.toBe(wanted);
  });

  test('Rank & Sort: the box loss has the value of the classification loss, positives weigh by their score', () => {
    const samples = batch(10);
    const { classification, box, weights } = criterion(rankAndSort()).loss(samples);
    expect(numbers(box)[0]).toBeCloseTo(numbers(classification)[0]!, 5);
    const kinds = targetsOf(samples);
    const z = numbers(samples.logits);
    const scores = numbers(samples.labels).map((_, i) => {
      const own = [0, 1, 2].map((c) => CLASSES * i + c);
      return own.some((e) => kinds[e] === 1) ? 1 / (1 + Math.exp(-Math.max(...own.map((e) => z[e]!)))) : 0;
    });
    const given = numbers(weights.box);
    const scale = given.reduce((a, b) => a + b, 0) / scores.reduce((a, b) => a + b, 0);
    expectNear(
      given,
      scores.map((s) => s * scale),
      1e-4,
    );
  });
});

test('Rank & Sort and aLRP: the gradient reaches the boxes through their errors, not through weights or balance', async () => {
  await tf.setBackend('cpu');
  const samples = batch(12);
  for (const make of [() => aLrp({ period: 1 }), rankAndSort]) {
    const loss = () => criterion(make() as ReturnType<typeof apLoss>);
    const { weights } = loss().loss(samples);
    const fixed = (deltas: tf.Tensor) => {
      const task = { ...defaultTask, boxLoss: giouLoss() };
      const errors = boxLosses({ ...samples, task, deltas: deltas as tf.Tensor2D });
      return tf.div<tf.Scalar>(weightedSum(errors, weights.box), weights.boxNormalizer);
    };
    const wanted = numbers(tf.grad(fixed)(samples.deltas));
    expect(wanted.some((g) => Math.abs(g) > 1e-4)).toBe(true);
    expectNear(step(loss(), samples, 'box').deltas, wanted);
  }
});

test('Rank & Sort: a positive whose box misses stays a positive', async () => {
  await tf.setBackend('cpu');
  const drawn = batch(13);
  const samples = { ...drawn, deltaTargets: tf.add<tf.Tensor2D>(drawn.deltaTargets, [60, 0, 0, 0]) };
  const targets = targetsOf(samples);
  const { logits } = step(criterion(rankAndSort()), samples);
  const overlaps = perEntry(numbers(matchedOverlaps(samples)));
  const missed = targets.flatMap((target, i) => (target > 0 && overlaps[i] === 0 ? [logits[i]!] : []));
  expect(missed.length).toBeGreaterThan(0);
  expect(missed.every((g) => g <= 0)).toBe(true);
  expect(missed.some((g) => g < 0)).toBe(true);
});

test('softmax is refused, options are checked, fields are asked for', async () => {
  await tf.setBackend('cpu');
  const samples = batch(1);
  for (const name of names) {
    const strategy = strategies[name].make() as ReturnType<typeof apLoss>;
    expect(structuredClone(strategy.options)).toEqual(strategy.options);
    expect(() => criterion(strategy, { activation: 'softmax' }).loss(samples)).toThrow(
      "@equipoise/ap-loss: task.activation: expected 'sigmoid'",
    );
  }
  expect(() => apLoss({ delta: 0 })).toThrow(
    '@equipoise/ap-loss: option delta: expected a number ≥ 0.000001, got 0',
  );
  expect(() => apLoss({ gamma: 2 } as never)).toThrow('option gamma: expected one of delta');
  expect(() => aLrp({ localization: 'ciou' as never })).toThrow('expected one of giou, iou');
  const { logits, labels } = samples;
  expect(() => criterion(aLrp()).loss({ logits, labels })).toThrow(
    '@equipoise/core: samples.anchors: expected a tensor, which alrp needs',
  );
});

test('aLRP by IoU: the error of a positive is 2 (1 − IoU)', async () => {
  await tf.setBackend('cpu');
  const samples = batch(11);
  const { weights, box } = criterion(aLrp({ localization: 'iou', balance: 1 })).loss(samples);
  const overlaps = numbers(matchedOverlaps(samples));
  const n = numbers(weights.boxNormalizer)[0]!;
  const wanted = numbers(weights.box).reduce(
    (sum, w, i) => sum + (w > 0 ? (w * 2 * (1 - overlaps[i]!)) / n : 0),
    0,
  );
  expect(numbers(box)[0]).toBeCloseTo(wanted, 5);
});
