import { defaultTask, seededRandom } from '@equipoise/core';
import {
  classMargins,
  type MarginBatch,
  restoreWorkingSet,
  workingSet,
  type WorkingSet,
  type WorkingSetCheckpoint,
} from '@equipoise/hard-negative-mining';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import './backends.ts';

/** 40 positives and 1500 negatives in four dimensions and a constant; the classes overlap. */
const random = seededRandom(20);
const signs = Array.from({ length: 1540 }, (_, i) => (i < 40 ? 1 : -1));
const features = signs.map((y) => [...random.normal(4).map((u, d) => u + (d === 0 ? 2.2 * y : 0)), 1]);
const positives = signs.flatMap((y, i) => (y > 0 ? [i] : []));
const first = Array.from({ length: 10 }, (_, i) => 40 + i);

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, d) => sum + x * b[d]!, 0);

/** A linear classifier of hinge loss, ½|w|² + C Σ max(0, 1 - y w·x), at its optimum: dual coordinate descent. */
function train(members: ArrayLike<number>, C = 0.05): number[] {
  const w = [0, 0, 0, 0, 0];
  const alpha = new Float64Array(members.length);
  for (let pass = 0, change = 1; pass < 20_000 && change > 1e-11; pass++) {
    change = 0;
    for (let m = 0; m < members.length; m++) {
      const [x, y] = [features[members[m]!]!, signs[members[m]!]!];
      const wanted = alpha[m]! - (y * dot(w, x) - 1) / dot(x, x);
      const step = Math.min(C, Math.max(0, wanted)) - alpha[m]!;
      alpha[m]! += step;
      for (let d = 0; d < 5; d++) w[d]! += step * y * x[d]!;
      change = Math.max(change, Math.abs(step));
    }
  }
  return w;
}

const marginsOf = (w: readonly number[]): number[] => features.map((x, i) => signs[i]! * dot(w, x));

function mineUntilDone(set: WorkingSet, watch: (set: WorkingSet) => void = () => {}): number[] {
  for (;;) {
    const w = train(set.indices);
    set.update(marginsOf(w));
    watch(set);
    if (set.converged || set.rounds > 50) return w;
  }
}

describe('with a margin classifier', () => {
  test('it reaches the classifier of all data, from a part of them, within its budget', () => {
    const set = workingSet({ budget: 90 }, { fixed: positives, initial: first });
    const sizes: number[] = [];
    const w = mineUntilDone(set, ({ indices }) => sizes.push(indices.length));
    expect(set.converged).toBe(true);
    expect(set.rounds).toBeGreaterThan(2);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(90);
    const ofAll = train(signs.map((_, i) => i));
    // The tolerance of the set, .001 in margin, bounds how far the two may be apart.
    w.forEach((value, d) => {
      expect(Math.abs(value - ofAll[d]!)).toBeLessThan(2e-3);
    });
    expect(positives.every((i) => set.indices.includes(i))).toBe(true);
  });

  test('it goes on from a checkpoint as if there had been no break', () => {
    const straight = workingSet({ budget: 90 }, { fixed: positives, initial: first });
    const history: string[] = [];
    mineUntilDone(straight, (set) => history.push(JSON.stringify(set.save())));
    const broken = restoreWorkingSet(JSON.parse(history[1]!) as WorkingSetCheckpoint);
    const rest: string[] = [];
    mineUntilDone(broken, (set) => rest.push(JSON.stringify(set.save())));
    expect(rest).toEqual(history.slice(2));
    expect(restoreWorkingSet(straight.save()).converged).toBe(true);
  });

  test('a stream does what an array does', async () => {
    const [streamed, whole] = [0, 1].map(() =>
      workingSet({ budget: 80 }, { fixed: positives, initial: first }),
    );
    const margins = marginsOf(train(first));
    async function* batches(): AsyncGenerator<MarginBatch> {
      // From the last image to the first.
      for (let end = margins.length; end > 0; end -= 100) {
        const indices = Array.from({ length: Math.min(100, end) }, (_, i) => end - 1 - i);
        yield { indices, margins: indices.map((i) => margins[i]!) };
        await Promise.resolve();
      }
    }
    expect(await streamed!.updateFrom(batches())).toEqual(whole!.update(margins));
    expect(streamed!.save()).toEqual(whole!.save());
  });

  test('a budget that is too small is kept, and says so', () => {
    const set = workingSet({ budget: 55 }, { fixed: positives, initial: first });
    mineUntilDone(set, ({ indices }) => expect(indices.length).toBeLessThanOrEqual(55));
    expect(set.converged).toBe(false);
    const change = set.update(marginsOf([0, 0, 0, 0, 0]));
    expect(change).toMatchObject({ removed: 0 });
    expect(change.leftOut).toBeGreaterThan(0);
  });
});

test('what is easy goes, what is hard comes, hardest first and the lower index first; on the margin nothing moves', () => {
  const set = workingSet({ budget: 5, margin: 1, tolerance: 0.1 }, { fixed: [0], initial: [1, 2, 3] });
  const members = [9 /* fixed */, 1.2 /* easy */, -1 /* hard */, 1.05 /* within the tolerance */];
  const change = set.update([...members, 0.95, 0.5, 0.2, 0.2, 0.2, 5]);
  expect([...set.indices]).toEqual([0, 2, 3, 6, 7]);
  expect(change).toEqual({ added: 2, removed: 1, leftOut: 2 });
  expect(set.converged).toBe(false);
  expect(set.update([9, 1.2, 1, 1, 1, 1, 1, 1, 1])).toEqual({ added: 0, removed: 0, leftOut: 0 });
  expect(set.converged).toBe(true);
});

test('the budget holds and the hardest are taken, whatever comes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { maxLength: 60 }),
      fc.integer({ min: 3, max: 12 }),
      (margins, budget) => {
        const set = workingSet({ budget, tolerance: 0 }, { fixed: [0], initial: [1, 2] });
        const { added, leftOut } = set.update(margins);
        expect(set.indices.length).toBeLessThanOrEqual(budget);
        const outside = margins
          .map((margin, index) => ({ margin, index }))
          .filter(({ margin, index }) => index > 2 && margin < 1)
          .toSorted((a, b) => a.margin - b.margin || a.index - b.index);
        expect(added + leftOut).toBe(outside.length);
        expect([...set.indices].filter((i) => i > 2)).toEqual(
          outside
            .slice(0, added)
            .map(({ index }) => index)
            .toSorted((a, b) => a - b),
        );
        expect(leftOut === 0 || set.indices.length === budget).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});

describe('with a network', () => {
  let x: tf.Tensor2D;
  let labels: tf.Tensor1D;
  beforeAll(async () => {
    await tf.setBackend('cpu');
    x = tf.tensor2d(features);
    labels = tf.tensor1d(
      signs.map((y) => (y > 0 ? 0 : 1)),
      'int32',
    );
  });

  /** A logistic regression, trained on some of the examples. */
  async function marginsOfNetwork(members: Int32Array): Promise<Float32Array> {
    const w = tf.variable(tf.zeros<tf.Rank.R2>([5, 1]));
    const optimizer = tf.train.sgd(1);
    const [of, target] = [
      tf.gather(x, members),
      tf.tensor2d([...members].map((i) => [Number(signs[i]! > 0)])),
    ];
    for (let step = 0; step < 150; step++) {
      optimizer.minimize(() => tf.losses.sigmoidCrossEntropy(target, tf.matMul(of, w)));
    }
    return (await classMargins({ logits: tf.matMul(x, w), labels }).data()) as Float32Array;
  }

  test('false positives come into the set until none is outside', async () => {
    const set = workingSet({ budget: 600, margin: 0 }, { fixed: positives, initial: [40, 41] });
    const falsePositives: number[] = [];
    while (!set.converged && set.rounds < 15) {
      const margins = await marginsOfNetwork(set.indices);
      falsePositives.push(margins.filter((margin, i) => i >= 40 && margin < 0).length);
      set.update(margins);
    }
    expect(set.converged).toBe(true);
    expect(falsePositives[0]).toBeGreaterThan(20);
    expect(falsePositives.at(-1)).toBeLessThan(falsePositives[0]! / 2);
  });

  test('margins of sigmoid and softmax logits', async () => {
    const given = { labels: tf.tensor1d([0, 2, -1], 'int32') };
    const sigmoid = classMargins({
      ...given,
      logits: tf.tensor2d([
        [3, -1],
        [0.5, -2],
        [9, 9],
      ]),
    });
    expect([...(await sigmoid.data())]).toEqual([1, -0.5, expect.closeTo(1e30, -25)]);
    const task = { ...defaultTask, activation: 'softmax' } as const;
    const softmax = classMargins({
      ...given,
      task,
      logits: tf.tensor2d([
        [3, -1, 1],
        [0.5, -2, 4],
        [0, 0, 0],
      ]),
    });
    expect([...(await softmax.data())]).toEqual([2, 3.5, expect.closeTo(1e30, -25)]);
  });
});

test('refuses what cannot be', async () => {
  expect(() => workingSet({ budget: 2 }, { fixed: [1, 2, 3] })).toThrow(
    '@equipoise/hard-negative-mining: members of the working set: expected at most 2, the budget, got 3',
  );
  expect(() => workingSet({ budjet: 2 } as never)).toThrow(
    'option budjet: expected one of budget, margin, tolerance',
  );
  expect(() => workingSet({}, { initial: [-1] })).toThrow(
    'index of an example: expected an integer ≥ 0, got -1',
  );
  const set = workingSet({}, { initial: [1] });
  expect(() => set.update([2, 2, Number.NaN])).toThrow('margin of example 2: expected a number, got NaN');
  await expect(set.updateFrom([{ indices: [1, 2], margins: [5] }])).rejects.toThrow(
    'expected 2, one an index, got 1',
  );
  expect(set.save()).toMatchObject({ others: [1], rounds: 0 });
});
