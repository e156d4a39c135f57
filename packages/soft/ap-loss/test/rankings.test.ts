import { BACKENDS, numbers } from './backends.ts';
import { seededRandom } from '@equipoise/core';
import {
  alrpRanking,
  averagePrecisionRanking,
  aLrpLoss,
  averagePrecisionLoss,
  rankSortLoss,
  rankSortRanking,
} from '@equipoise/ap-loss';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { drawnEntries } from './drawn.ts';
import { alrpLoop, averagePrecisionLoop, type Entries, rankSortLoop } from './oracle.ts';

const implementations = ['host', 'composed'] as const;
const deltas: fc.Arbitrary<number> = fc.constantFrom(0.25, 0.5, 1, 3);

function tensors({ scores, targets, errors }: Entries) {
  return {
    scores: tf.tensor1d([...scores], 'float32'),
    targets: tf.tensor1d([...targets], 'float32'),
    errors: tf.tensor1d([...errors], 'float32'),
  };
}

function expectNear(got: readonly number[], wanted: readonly number[], tolerance: number): void {
  expect(got.length).toBe(wanted.length);
  got.forEach((value, i) => {
    if (!(Math.abs(value - wanted[i]!) <= tolerance * (1 + Math.abs(wanted[i]!))))
      throw new Error(`entry ${i}: ${value}, expected ${wanted[i]}`);
  });
}

/** Several hundred entries of a detector's kind: few positives, some ties, some ignored. */
function detection(seed: number, m = 700): Entries {
  const random = seededRandom(seed);
  const noise = random.normal(m);
  const kind = random.uniform(m);
  const quality = random.uniform(m);
  const error = random.uniform(m);
  return {
    scores: Array.from(noise, (z, i) => {
      const s = kind[i]! < 0.1 ? z - 1 : 1.5 * z - 3;
      return i % 3 === 0 ? Math.round(4 * s) / 4 : s;
    }).map(Math.fround),
    targets: Array.from(kind, (u, i) => (u < 0.1 ? Math.fround(0.3 + 0.7 * quality[i]!) : u < 0.2 ? -1 : 0)),
    errors: [...error],
  };
}

describe.each(BACKENDS)('on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  describe.each(implementations)('%s', (kind) => {
    const tolerance = kind === 'host' ? 1e-6 : 2e-5;
    const each = (check: (entries: Entries, delta: number) => void, of = deltas) => {
      const run = (entries: Entries, delta: number) => {
        tf.tidy(() => {
          check(entries, delta);
        });
      };
      fc.assert(fc.property(drawnEntries, of, run), { numRuns: 150 });
      for (const seed of [1, 2, 3]) run(detection(seed), 0.5);
    };

    test('AP-Loss is the loop', () => {
      each((entries, delta) => {
        const [loss, gradient] = averagePrecisionRanking[kind]!(tensors(entries), { delta });
        const wanted = averagePrecisionLoop(entries, delta);
        expectNear(numbers(loss), [wanted.loss], tolerance);
        expectNear(numbers(gradient), wanted.gradient, tolerance);
      });
    });

    test('aLRP is the loop', () => {
      each((entries, delta) => {
        // The reference's 1e-5 false positives are a jump: keep off it, since float32 sums may fall on the other side.
        const [loss, gradient, ranks, shares] = alrpRanking[kind]!(tensors(entries), { delta });
        const wanted = alrpLoop(entries, delta);
        expectNear(numbers(loss), [wanted.loss], tolerance);
        expectNear(numbers(ranks), wanted.ranks, tolerance);
        expectNear(numbers(gradient), wanted.gradient, tolerance);
        const tied = new Set(entries.scores.filter((_, i) => entries.targets[i]! > 0)).size;
        const positives = entries.targets.filter((target) => target > 0).length;
        if (tied < positives) return; // equal scores: the sum depends on their order
        const localization = numbers(shares).reduce((sum, share, i) => sum + share * entries.errors[i]!, 0);
        expectNear([localization], [wanted.localization], 10 * tolerance);
      });
    });

    test('Rank & Sort is the loop, δ = 0 included', () => {
      each(
        (entries, delta) => {
          const [ranking, sorting, gradient] = rankSortRanking[kind]!(tensors(entries), { delta });
          const wanted = rankSortLoop(entries, delta);
          expectNear(numbers(ranking), [wanted.ranking], tolerance);
          expectNear(numbers(sorting), [wanted.sorting], tolerance);
          expectNear(numbers(gradient), wanted.gradient, tolerance);
        },
        fc.constantFrom<number[]>(0, 0.25, 0.5, 1),
      );
    });
  });
});

describe('laws', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  const losses = {
    'AP-Loss': (scores: tf.Tensor1D, e: Entries) => averagePrecisionLoss(scores, tensors(e).targets),
    aLRP: (scores: tf.Tensor1D, e: Entries) =>
      aLrpLoss(scores, tensors(e).targets, tensors(e).errors).classification,
    'Rank & Sort': (scores: tf.Tensor1D, e: Entries) => rankSortLoss(scores, tensors(e).targets).ranking,
  };
  const gradientOf = (name: keyof typeof losses, entries: Entries) => {
    const f = (scores: tf.Tensor) => losses[name](scores as tf.Tensor1D, entries);
    const { value, grad } = tf.valueAndGrad(f)(tensors(entries).scores);
    return { value: numbers(value)[0]!, gradient: numbers(grad) };
  };
  const names = Object.keys(losses) as (keyof typeof losses)[];

  test.each(names)('%s: the gradient sums to 0, is 0 at ignored entries, and finite', (name) => {
    fc.assert(
      fc.property(drawnEntries, (entries) => {
        const { value, gradient } = gradientOf(name, entries);
        expect(value >= 0 && value <= 1).toBe(true);
        expect(Math.abs(gradient.reduce((sum, g) => sum + g, 0))).toBeLessThan(1e-6);
        gradient.forEach((g, i) => {
          expect(Number.isFinite(g)).toBe(true);
          expect(g === 0 || entries.targets[i]! >= 0).toBe(true);
        });
      }),
      { numRuns: 100 },
    );
  });

  test.each(names)('%s: no positives, no entries: loss 0, gradient 0', (name) => {
    for (const scores of [[], [1, -2, 3]]) {
      const entries = { scores, targets: scores.map((s) => (s === 3 ? -1 : 0)), errors: scores };
      const { value, gradient } = gradientOf(name, entries);
      expect(value).toBe(0);
      expect(gradient).toEqual(scores.map(() => 0));
    }
  });

  test.each(names)('%s: the upstream gradient scales', (name) => {
    const entries = detection(4, 60);
    const twice = tf.grad((s: tf.Tensor) => tf.mul(losses[name](s as tf.Tensor1D, entries), 2));
    const once = gradientOf(name, entries).gradient;
    expectNear(
      numbers(twice(tensors(entries).scores)),
      once.map((g) => 2 * g),
      1e-7,
    );
  });

  test('equal scores count ½: ALGORITHMS §34.3', () => {
    const entries = { scores: [0.5, 0.5, 1, 0.5, -3], targets: [1, 0, 0, 1, 0], errors: [] };
    const f = (s: tf.Tensor) => averagePrecisionLoss(s as tf.Tensor1D, tensors(entries).targets);
    const { value, grad } = tf.valueAndGrad(f)(tensors(entries).scores);
    expect(numbers(value)[0]).toBeCloseTo(0.454545, 6);
    expectNear(numbers(grad), [-0.2272727, 0.1818182, 0.2727273, -0.2272727, 0], 1e-6);
  });

  test('as δ goes to 0, AP-Loss is 1 − interpolated AP of the ranking', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }).chain((m) =>
          fc.record({
            order: fc.shuffledSubarray([...Array.from({ length: m }).keys()], { minLength: m }),
            targets: fc.array(fc.constantFrom(0, 0, 1, -1), { minLength: m, maxLength: m }),
          }),
        ),
        ({ order, targets }) => {
          fc.pre(targets.includes(1));
          const scores = order.map((place) => place / 8);
          const ranked = [...scores.keys()]
            .filter((i) => targets[i]! >= 0)
            .toSorted((a, b) => scores[b]! - scores[a]!);
          const precisions: number[] = [];
          ranked.forEach((i, rank) => {
            if (targets[i] === 1) precisions.push((precisions.length + 1) / (rank + 1));
          });
          const interpolated = precisions.map((_, at) => Math.max(...precisions.slice(at)));
          const ap = interpolated.reduce((sum, p) => sum + p, 0) / precisions.length;
          const inputs = tensors({ scores, targets, errors: [] });
          const loss = averagePrecisionLoss(inputs.scores, inputs.targets, { delta: 1e-4 });
          expect(numbers(loss)[0]).toBeCloseTo(1 - ap, 6);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('negatives far below every positive change nothing', () => {
    const entries = detection(5, 200);
    const lowest = Math.min(...entries.scores.filter((_, i) => entries.targets[i]! > 0));
    const more = {
      scores: [...entries.scores, lowest - 1.01, -100],
      targets: [...entries.targets, 0, 0],
      errors: [...entries.errors, 0, 0],
    };
    for (const name of names) {
      const { value, gradient } = gradientOf(name, more);
      expect(value).toBe(gradientOf(name, entries).value);
      expect(gradient.slice(-2)).toEqual([0, 0]);
    }
  });

  test('shapes and options are checked', () => {
    const [a, b] = [tf.zeros([3]) as tf.Tensor1D, tf.zeros([2]) as tf.Tensor1D];
    expect(() => averagePrecisionLoss(a, b)).toThrow(
      '@equipoise/ap-loss: targets: expected shape [3], got shape [2]',
    );
    expect(() => averagePrecisionLoss(a, a, { delta: 0 })).toThrow(
      'option delta: expected a number ≥ 0.000001, got 0',
    );
    expect(() => rankSortLoss(a, a, { delta: -1 })).toThrow('option delta: expected a number ≥ 0, got -1');
  });
});
