import {
  criterion,
  type HardStrategy,
  type Samples,
  seededRandom,
  weightsOfAll,
  type SoftStrategy,
} from '@equipoise/core';
import { ohem, readOnlyPass, withoutTape } from '@equipoise/ohem';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { BACKENDS } from './backends.ts';
import { CLASSES, randomScene, samplesOf, TASK } from './scene.ts';

/** Trains all it gets; divides as `ohem` does. */
const everything: SoftStrategy = {
  kind: 'soft',
  name: 'everything',
  options: {},
  needs: [],
  init() {},
  apply: (samples) => [weightsOfAll(samples, 'mean'), undefined],
};

describe.each(BACKENDS)('on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  const N = 60;
  function setting() {
    const random = seededRandom(3);
    const w1 = tf.variable(tf.tensor2d(random.normal(48), [6, 8]));
    const w2 = tf.variable(tf.tensor2d(random.normal(8 * (CLASSES + 4)), [8, CLASSES + 4]));
    const seen: number[] = [];
    const head = (rois: tf.Tensor) => {
      seen.push(rois.shape[0]);
      const out = tf.matMul<tf.Tensor2D>(tf.tanh(tf.matMul(tf.reshape(rois, [-1, 6]), w1)), w2);
      return {
        logits: tf.slice2d(out, [0, 0], [-1, CLASSES]),
        deltas: tf.slice2d(out, [0, CLASSES], [-1, 4]),
      };
    };
    const rois = tf.tensor(random.normal(N * 6), [N, 2, 3]);
    const { logits: _l, deltas: _d, ...targets } = samplesOf(randomScene(5, N));
    return { w1, w2, head, rois, targets, seen };
  }

  async function gradientsOf(
    loss: (rois: tf.Tensor) => tf.Scalar,
    rois: tf.Tensor,
    variables: tf.Variable[],
  ) {
    const { grads } = tf.variableGrads(() => loss(rois), variables);
    const all = [...variables.map((v) => grads[v.name]!), tf.grad((r) => loss(r))(rois)];
    return Promise.all(all.map((g) => g.data()));
  }

  test.each([
    { count: 10, chunk: undefined, strategy: ohem({ count: 5 }) },
    { count: 40, chunk: 7, strategy: ohem({ count: 5 }) },
    { count: N, chunk: N, strategy: ohem({ count: 5, nmsThreshold: 1 }) },
  ])(
    'gradients are those of all RoIs with the rest set to 0: $count places, chunks of $chunk',
    async ({ count, chunk, strategy }) => {
      const { w1, w2, head, rois, targets, seen } = setting();
      const onAll = criterion(strategy, TASK);
      const onChosen = criterion(everything, TASK);
      const zeroing = (r: tf.Tensor) => onAll.loss({ ...targets, ...head(r) }).total;
      const readOnly = (r: tf.Tensor) => {
        const [chosen] = readOnlyPass({
          head,
          rois: r,
          targets,
          strategy,
          state: undefined,
          random: seededRandom(0),
          count,
          ...(chunk ? { chunk } : {}),
        });
        expect(chosen.logits.shape).toEqual([count, CLASSES]);
        return onChosen.loss(chosen).total;
      };
      const wanted = await gradientsOf(zeroing, rois, [w1, w2]);
      seen.length = 0;
      const got = await gradientsOf(readOnly, rois, [w1, w2]);
      expect(seen.at(-1)).toBe(count);
      got.forEach((gradient, k) => {
        expect(Math.max(...wanted[k]!.map(Math.abs))).toBeGreaterThan(0.01);
        gradient.forEach((value, i) => {
          expect(Math.abs(value - wanted[k]![i]!)).toBeLessThan(1e-5);
        });
      });
    },
  );

  test('padding has weight 0', async () => {
    const { head, rois, targets } = setting();
    const [chosen] = readOnlyPass({
      head,
      rois,
      targets,
      strategy: ohem({ count: 3 }),
      state: undefined,
      random: seededRandom(0),
      count: 20,
    });
    const weights = await chosen.weights!.data();
    expect(weights.filter((w) => w > 0)).toHaveLength(6);
    expect(weights).toHaveLength(20);
  });

  test('it leaks nothing, and threads a state', () => {
    const { head, rois, targets } = setting();
    const counting: HardStrategy<tf.Scalar> = {
      ...(ohem({ count: 3 }) as unknown as HardStrategy<tf.Scalar>),
      init: () => tf.scalar(0),
      apply: (samples: Samples, state, random) => [
        ohem({ count: 3 }).apply(samples, undefined, random)[0],
        tf.add(state, 1),
      ],
    };
    const before = tf.memory().numTensors;
    const steps = tf.tidy(() => {
      let state = counting.init();
      for (let step = 0; step < 2; step++) {
        [, state] = readOnlyPass({
          head,
          rois,
          targets,
          strategy: counting,
          state,
          random: seededRandom(0),
          count: 6,
        });
      }
      return state;
    });
    expect(tf.memory().numTensors).toBe(before + 1);
    expect([...steps.dataSync()]).toEqual([2]);
  });
});

test('off the tape nothing is recorded, and the tape is back afterwards', async () => {
  await tf.setBackend('cpu');
  const x = tf.scalar(3);
  expect(() => tf.grad((v) => withoutTape(() => tf.mul(v, 2)))(x)).toThrow('Cannot compute gradient');
  expect(() =>
    withoutTape(() => {
      throw new Error('in between');
    }),
  ).toThrow('in between');
  expect(
    (
      await tf
        .grad((v) =>
          tf.mul(
            v,
            withoutTape(() => tf.mul(v, 2)),
          ),
        )(x)
        .data()
    )[0],
  ).toBe(6);
});

test('refuses a chunk that is none', async () => {
  await tf.setBackend('cpu');
  const pass = {
    head: () => ({ logits: tf.zeros<tf.Rank.R2>([1, 1]) }),
    rois: tf.zeros([1, 1]),
    targets: { labels: tf.zeros<tf.Rank.R1>([1], 'int32') },
    strategy: ohem(),
    state: undefined,
    random: seededRandom(0),
    count: 1,
  };
  expect(() => readOnlyPass({ ...pass, chunk: 0 })).toThrow(
    '@equipoise/ohem: chunk: expected an integer ≥ 1, got 0',
  );
  expect(() => readOnlyPass(pass)).toThrow(
    '@equipoise/core: samples.anchors: expected a tensor, which ohem needs',
  );
});
