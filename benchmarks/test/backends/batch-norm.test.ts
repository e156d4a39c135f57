import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { BatchNorm } from '../../backends/batch-norm.ts';
import { startWasm } from '../../backends/wasm.ts';

beforeAll(async () => startWasm());

const inputShape = [5, 4, 3];
const options = { epsilon: 1e-5, momentum: 0.9 };
const stock = () => sequential({ layers: [layers.batchNormalization({ ...options, inputShape })] });
const ours = () => sequential({ layers: [layers.inputLayer({ inputShape }), new BatchNorm(options)] });

describe('BatchNorm', () => {
  it.each(['cpu', 'wasm'])(
    'is tf.layers.batchNormalization, forward, backward and running, on %s',
    async (name) => {
      await tf.setBackend(name);
      const [expected, actual] = [await observe(stock()), await observe(ours())];
      expect(Object.keys(actual)).toEqual(Object.keys(expected));
      for (const [what, values] of Object.entries(expected)) {
        values.forEach((value, i) => expect(actual[what]?.[i]).toBeCloseTo(value, 4));
      }
    },
  );

  it('leaks nothing in a training step', async () => {
    await tf.setBackend('wasm');
    const model = ours();
    const x = tf.randomNormal([2, ...inputShape]);
    const optimizer = tf.train.sgd(0.1);
    const step = () => optimizer.minimize(() => tf.sum(model.apply(x, { training: true }) as tf.Tensor));
    step();
    const before = tf.memory().numTensors;
    step();
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
    x.dispose();
  });
});

/** Output, gradients and running moments of one step in training, then the output at inference. */
async function observe(model: LayersModel): Promise<Record<string, number[]>> {
  const x = tf.randomNormal<tf.Rank.R4>([2, 5, 4, 3], 3, 2, 'float32', 7);
  const dy = tf.randomNormal<tf.Rank.R4>([2, 5, 4, 3], 0, 1, 'float32', 8);
  const weights = [
    [0.5, 2, -1],
    [1, 2, 3],
    [0, 0, 0],
    [1, 1, 1],
  ].map((w) => tf.tensor1d(w));
  model.setWeights(weights);
  const run = () => model.apply(x, { training: true }) as tf.Tensor;
  const { grads } = tf.variableGrads(() => tf.sum<tf.Scalar>(tf.mul(run(), dy)));
  const byName = Object.entries(grads).toSorted(([a], [b]) => b.localeCompare(a));
  const dx = tf.grad((x) => tf.mul(model.apply(x, { training: true }) as tf.Tensor, dy))(x);
  const kinds = ['gamma', 'beta'].map((kind) => byName.find(([name]) => name.includes(kind))?.[1]);
  return {
    output: await read(run()),
    dx: await read(dx),
    gamma: await read(kinds[0]),
    beta: await read(kinds[1]),
    mean: await read(model.getWeights()[2]),
    variance: await read(model.getWeights()[3]),
    inference: await read(model.apply(x, { training: false }) as tf.Tensor),
  };
}

async function read(tensor: tf.Tensor | undefined): Promise<number[]> {
  return [...((await tensor?.data()) ?? [])];
}
