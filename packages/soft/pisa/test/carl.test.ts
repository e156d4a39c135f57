import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import type { Task } from '@equipoise/core';
import { criterion, giouLoss, seededRandom, smoothL1 } from '@equipoise/core';
import { carl } from '@equipoise/pisa';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { tensor2d, valueAndGrads } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import type { Batch } from './batches.ts';
import { isPositive, randomBatch, samplesOf } from './batches.ts';
import { carlLoss, carlV } from './oracle.ts';

interface Setting {
  readonly k: number;
  readonly bias: number;
  readonly added: boolean;
}

const BOX_LOSSES = { 'smooth-l1': smoothL1({ beta: 1 }), giou: giouLoss() } as const;

/** The box loss under CARL and its gradients. */
function lossOf(
  batch: Batch,
  activation: Task['activation'],
  box: keyof typeof BOX_LOSSES,
  setting: Setting,
) {
  const samples = samplesOf(batch, { activation, boxLoss: BOX_LOSSES[box] });
  const f = (logits: Tensor, deltas: Tensor): Scalar =>
    criterion(carl(setting)).loss({ ...samples, logits: logits as Tensor2D, deltas: deltas as Tensor2D }).box;
  const { value, grads } = valueAndGrads(f)([samples.logits, samples.deltas!]);
  return {
    value: value.dataSync()[0]!,
    toLogits: grads[0]!.arraySync() as number[][],
    toDeltas: grads[1]!.arraySync() as number[][],
  };
}

/** The batch with one number of a field moved. */
function moved(batch: Batch, field: 'logits' | 'deltas', i: number, c: number, by: number): Batch {
  const rows = batch[field].map((row) => [...row]);
  rows[i]![c]! += by;
  return { ...batch, [field]: rows };
}

describe.each(['sigmoid', 'softmax'] as const)('%s', (activation) => {
  describe.each(['smooth-l1', 'giou'] as const)('%s', (box) => {
    test.each([
      { k: 1, bias: 0.2, added: true },
      { k: 1, bias: 0.2, added: false },
      { k: 2.5, bias: 0, added: false },
      { k: 0.5, bias: 0.6, added: true },
    ])('value and both gradients equal central differences in double precision, %o', (setting) => {
      for (const seed of [1, 2, 3]) {
        const batch = randomBatch({ seed, n: 12, classes: 3, images: 3, activation, weighted: seed > 1 });
        const wanted = (b: Batch): number =>
          carlLoss(b, carlV(b, activation, setting.k, setting.bias), box, setting.added);
        const { value, toLogits, toDeltas } = lossOf(batch, activation, box, setting);
        expect(value).toBeCloseTo(wanted(batch), 5);
        for (const [field, gradient] of [
          ['logits', toLogits],
          ['deltas', toDeltas],
        ] as const) {
          gradient.forEach((row, i) => {
            row.forEach((got, c) => {
              const step = 1e-5;
              const slope =
                (wanted(moved(batch, field, i, c, step)) - wanted(moved(batch, field, i, c, -step))) /
                (2 * step);
              expect(Math.abs(got - slope), `${field} ${i} ${c}`).toBeLessThan(2e-5 * Math.abs(slope) + 1e-6);
            });
          });
        }
      }
    });
  });

  test('Σ v ∂L/∂v = 0, with and without label weights', () => {
    for (const weighted of [false, true]) {
      const batch = randomBatch({ seed: 5, n: 60, classes: 3, images: 3, activation, weighted });
      const setting = { k: 1.5, bias: 0.3, added: true };
      const { toLogits } = lossOf(batch, activation, 'smooth-l1', setting);
      const v = carlV(batch, activation, setting.k, setting.bias);
      let [sum, size] = [0, 0];
      for (const [i, value] of v) {
        // v ∂L/∂v of the logit of the label: ∂L/∂z · v / (∂v/∂z) with ∂v/∂z = k v (1 − b) p (1 − p) / t.
        const t = value ** (1 / setting.k);
        const p = (t - setting.bias) / (1 - setting.bias);
        const slope = (setting.k * (1 - setting.bias) * p * (1 - p)) / t;
        const part = toLogits[i]![batch.labels[i]!]! / slope;
        sum += part;
        size += Math.abs(part);
      }
      expect(size).toBeGreaterThan(0.1);
      expect(Math.abs(sum)).toBeLessThan(1e-5 * size);
    }
  });

  test('k = 0 is the ordinary box loss', () => {
    const batch = randomBatch({ seed: 6, n: 30, classes: 2, images: 1, activation, weighted: true });
    const only = lossOf(batch, activation, 'giou', { k: 0, bias: 0.2, added: false });
    const both = lossOf(batch, activation, 'giou', { k: 0, bias: 0.2, added: true });
    const ones = new Map([...carlV(batch, activation, 1, 0)].map(([i]) => [i, 1]));
    expect(only.value).toBeCloseTo(carlLoss(batch, ones, 'giou', false), 5);
    expect(both.value).toBeCloseTo(2 * only.value, 5);
    expect(only.toLogits.flat().every((slope) => slope === 0)).toBe(true);
  });

  test.each([0, 0.2, 1])('finite with a finite gradient for logits of ± 120, bias %s', (bias) => {
    const plain = randomBatch({ seed: 7, n: 40, classes: 2, images: 2, activation });
    const random = seededRandom(8);
    const batch = {
      ...plain,
      logits: plain.logits.map((row) => row.map(() => (random.below(2) ? 120 : -120))),
    };
    for (const k of [0, 0.5, 1, 3]) {
      const { value, toLogits, toDeltas } = lossOf(batch, activation, 'smooth-l1', { k, bias, added: true });
      expect([value, ...toLogits.flat(), ...toDeltas.flat()].every(Number.isFinite)).toBe(true);
    }
    const hopeless = { ...plain, logits: plain.logits.map((row) => row.map(() => -120)) };
    const { value } = lossOf(hopeless, activation, 'smooth-l1', { k: 1, bias, added: false });
    // All alike: every c is 1.
    const ones = new Map([...carlV(hopeless, activation, 1, 1)].map(([i]) => [i, 1]));
    expect(value).toBeCloseTo(carlLoss(hopeless, ones, 'smooth-l1', false), 4);
  });

  test('ignored samples and negatives have no part, whatever they hold; without positives all is 0', () => {
    const batch = randomBatch({ seed: 9, n: 30, classes: 2, images: 2, activation, ignoredShare: 0.5 });
    const dropped = batch.weights.map((weight, i) => (i % 5 === 0 ? 0 : weight));
    const some = { ...batch, weights: dropped };
    const setting = { k: 1, bias: 0.2, added: true };
    const whole = lossOf(some, activation, 'smooth-l1', setting);
    const counted = some.labels.map((_, i) => isPositive(some, i));
    const garbled = {
      ...some,
      logits: some.logits.map((row, i) => (counted[i] ? row : row.map(() => 50))),
      deltaTargets: some.deltaTargets.map((row, i) => (counted[i] ? row : row.map(() => Number.NaN))),
    };
    const same = lossOf(garbled, activation, 'smooth-l1', setting);
    expect(same.value).toBe(whole.value);
    const others = [...counted.keys()].filter((i) => !counted[i]);
    const slopes = [same.toLogits, same.toDeltas].flatMap((rows) => others.flatMap((i) => rows[i]!));
    expect(slopes.every((slope) => slope === 0)).toBe(true);
    const none = lossOf({ ...batch, labels: batch.labels.map(() => 2) }, activation, 'giou', setting);
    expect([none.value, ...none.toLogits.flat(), ...none.toDeltas.flat()].every((x) => x === 0)).toBe(true);
  });
});

test('the worked example of ALGORITHMS §34.7', () => {
  const scores = [
    [2, 0, 0],
    [0, 1, 0],
    [0, 0, 3],
  ];
  const deltas = [
    [0.1, 0, 0, 0],
    [0.5, 0.5, 0, 0],
    [9, 9, 9, 9],
  ];
  const plain = randomBatch({ seed: 1, n: 3, classes: 2, images: 1, activation: 'softmax' });
  const batch = {
    ...plain,
    logits: scores,
    labels: [0, 1, 2],
    deltas,
    deltaTargets: deltas.map(() => [0, 0, 0, 0]),
  };
  const { value, toLogits } = lossOf(batch, 'softmax', 'smooth-l1', { k: 1, bias: 0.2, added: false });
  // The example divides by all three rows, the criterion by two positives.
  const scale = 2 / 3;
  expect(value * scale).toBeCloseTo(0.0758, 4);
  [
    [-0.00652, 0.00326, 0.00326],
    [-0.00596, 0.01192, -0.00596],
    [0, 0, 0],
  ].forEach((row, i) => {
    row.forEach((slope, c) => expect(toLogits[i]![c]! * scale).toBeCloseTo(slope, 5));
  });
});

test('options are checked, and tell what they change', () => {
  expect(() => carl({ power: 1 } as never)).toThrow(
    '@equipoise/pisa: option power: expected one of k, bias, added',
  );
  expect(() => carl({ bias: 2 })).toThrow('@equipoise/pisa: option bias: expected a number in [0, 1], got 2');
  expect(structuredClone(carl().options)).toEqual({
    k: 1,
    bias: 0.2,
    added: true,
    base: { name: 'cross-entropy', normalizer: 'positives' },
  });
  expect(() => criterion(carl()).loss({ logits: tensor2d([[1]]), labels: samplesOfOne() })).toThrow(
    'samples.deltas',
  );
});

function samplesOfOne() {
  return samplesOf(randomBatch({ seed: 1, n: 1, classes: 1, images: 1, activation: 'sigmoid' }), {}).labels;
}
