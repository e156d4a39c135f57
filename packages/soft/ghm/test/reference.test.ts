import { BACKENDS } from './backends.ts';
import { readFileSync } from 'node:fs';
import { criterion, type Criterion, type Samples } from '@equipoise/core';
import { exactDensity, ghmC, ghmR } from '@equipoise/ghm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';

interface Step {
  readonly logits: number[][];
  readonly labels: number[];
  readonly label_weights: number[];
  readonly pred: number[][];
  readonly target: number[][];
  readonly weights: number[][];
  readonly loss: number;
  readonly grad: number[][];
  readonly acc_sum: number[] | null;
}
interface Case {
  readonly inputs: {
    bins: number;
    momentum: number;
    mu: number;
    loss_weight: number;
    g: number[];
    eps: number;
  };
  readonly outputs: { steps: Step[]; GD: number[]; beta: number[] };
}
interface Saved {
  readonly state: { record: Record<string, { tensor: { values: number[] } }> };
}

/** Numbers of mmdetection 3.3.0, from golden.json. */
const cases = Object.entries(
  JSON.parse(readFileSync(new URL('fixtures/reference.json', import.meta.url), 'utf8')) as Record<
    string,
    Case
  >,
);
const casesOf = (stem: string) => cases.filter(([name]) => name.startsWith(stem));

async function expectStep(
  loss: Criterion,
  step: Step,
  at: number[][],
  part: 'classification' | 'box',
  samplesAt: (x: tf.Tensor2D) => Samples,
): Promise<void> {
  const f = (x: tf.Tensor) => loss.loss(samplesAt(x as tf.Tensor2D))[part];
  const { value, grad } = tf.valueAndGrad(f)(tf.tensor2d(at));
  expect((await value.data())[0]).toBeCloseTo(step.loss, 4);
  const got = (await grad.array()) as number[][];
  step.grad.forEach((row, i) => {
    row.forEach((wanted, c) => {
      expect(Math.abs(got[i]![c]! - wanted)).toBeLessThan(1e-4 * Math.abs(wanted) + 1e-7);
    });
  });
  if (!step.acc_sum) return;
  const { state } = (await loss.save()) as unknown as Saved;
  const counts = state.record['counts']!.tensor.values;
  step.acc_sum.forEach((wanted, j) => {
    expect(counts[j]).toBeCloseTo(wanted, 5);
  });
}

describe.each(BACKENDS)('the mmdet preset is mmdetection on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  test.each(casesOf('mmdet_ghmc'))('%s', async (_name, { inputs, outputs }) => {
    const { bins, momentum } = inputs;
    const loss = criterion(ghmC({ preset: 'mmdet', bins, momentum }));
    for (const step of outputs.steps) {
      const labels = tf.tensor1d(step.labels, 'int32');
      const weights = tf.tensor1d(step.label_weights);
      await expectStep(loss, step, step.logits, 'classification', (logits) => ({ logits, labels, weights }));
    }
  });

  test.each(casesOf('mmdet_ghmr'))('%s', async (_name, { inputs, outputs }) => {
    const { bins, momentum, mu, loss_weight: lossWeight } = inputs;
    const loss = criterion(ghmR({ preset: 'mmdet', bins, momentum, mu, lossWeight }));
    for (const step of outputs.steps) {
      const n = step.pred.length;
      const fixed = {
        logits: tf.zeros([n, 1]) as tf.Tensor2D,
        labels: tf.zeros([n], 'int32') as tf.Tensor1D,
        weights: tf.tensor1d(step.weights.map((row) => row[0]!)),
        deltaTargets: tf.tensor2d(step.target),
      };
      await expectStep(loss, step, step.pred, 'box', (deltas) => ({ ...fixed, deltas }));
    }
  });
});

test('the exact density is that of the paper', () => {
  const [, { inputs, outputs }] = casesOf('ghm_exact')[0]!;
  expect([...exactDensity(inputs.g, inputs.eps)]).toEqual(outputs.GD);
});

test('ALGORITHMS §34.1: three equal steps of GHM-C from an empty running mean', async () => {
  await tf.setBackend('cpu');
  const samples = {
    logits: tf.tensor2d([
      [-2, -1, 0.5],
      [1, -3, 2],
    ]),
    labels: tf.tensor1d([0, 3], 'int32'),
  };
  const losses = async (momentum: number) => {
    const loss = criterion(ghmC({ preset: 'mmdet', bins: 10, momentum }));
    const values = [1, 2, 3].map(() => loss.loss(samples).classification.dataSync()[0]!);
    return values;
  };
  for (const value of await losses(0)) expect(value).toBeCloseTo(0.955223, 5);
  const [first, second, third] = await losses(0.75);
  expect(first).toBeCloseTo(3.820893, 5);
  expect(second).toBeCloseTo(2.183367, 5);
  expect(third).toBeCloseTo(1.652278, 5);
});
