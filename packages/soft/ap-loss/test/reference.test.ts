import { BACKENDS, numbers } from './backends.ts';
import { readFileSync } from 'node:fs';
import { aLrpLoss, averagePrecisionLoss, rankSortLoss } from '@equipoise/ap-loss';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';

interface Case {
  readonly inputs: { logits: number[]; targets: number[]; delta?: number; regression_losses: number[] };
  readonly outputs: Readonly<Record<string, number | number[]>>;
}

/** Numbers of the authors' code, from golden.json. */
const cases = Object.entries(
  JSON.parse(readFileSync(new URL('fixtures/reference.json', import.meta.url), 'utf8')) as Record<
    string,
    Case
  >,
);
const casesOf = (stem: string) => cases.filter(([name]) => name.startsWith(stem));

function expectEqual(got: readonly number[], wanted: number | number[] | undefined): void {
  [wanted].flat().forEach((value, i) => {
    expect(Math.abs(got[i]! - value!)).toBeLessThanOrEqual(1e-5 * Math.abs(value!) + 1e-7);
  });
}

describe.each(BACKENDS)('the references, on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  const step = (logits: number[], loss: (scores: tf.Tensor1D) => tf.Scalar) => {
    const { value, grad } = tf.valueAndGrad((s: tf.Tensor) => loss(s as tf.Tensor1D))(tf.tensor1d(logits));
    return { loss: numbers(value), gradient: numbers(grad) };
  };

  test.each(casesOf('aploss'))('%s', (_name, { inputs, outputs }) => {
    const targets = tf.tensor1d(inputs.targets);
    const { loss, gradient } = step(inputs.logits, (scores) => averagePrecisionLoss(scores, targets));
    expectEqual(loss, outputs['loss']);
    expectEqual(gradient, outputs['grad']);
  });

  test.each(casesOf('alrp'))('%s', (_name, { inputs, outputs }) => {
    const targets = tf.tensor1d(inputs.targets);
    let next = 0;
    const errors = tf.tensor1d(
      inputs.targets.map((target) => (target > 0 ? inputs.regression_losses[next++]! : NaN)),
    );
    const all = aLrpLoss(tf.tensor1d(inputs.logits), targets, errors);
    expectEqual(
      numbers(all.ranks).filter((rank) => rank > 0),
      outputs['rank'],
    );
    const { loss, gradient } = step(
      inputs.logits,
      (scores) => aLrpLoss(scores, targets, errors).classification,
    );
    expectEqual(loss, outputs['cls_loss']);
    expectEqual(gradient, outputs['grad']);
  });

  test.each(casesOf('ranksort'))('%s', (_name, { inputs, outputs }) => {
    const targets = tf.tensor1d(inputs.targets);
    const delta = inputs.delta!;
    const { sorting } = rankSortLoss(tf.tensor1d(inputs.logits), targets, { delta });
    expectEqual(numbers(sorting), outputs['sort_loss']);
    const { loss, gradient } = step(
      inputs.logits,
      (scores) => rankSortLoss(scores, targets, { delta }).ranking,
    );
    expectEqual(loss, outputs['rank_loss']);
    expectEqual(gradient, outputs['grad']);
  });
});
