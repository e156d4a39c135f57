import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import type { Samples, SampleStrategy, StrategyState } from '@equipoise/core';
import { criterion } from '@equipoise/core';
import { carl, isrN, isrP, pisa } from '@equipoise/pisa';
import { randomSamples } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test, vi } from 'vitest';

/** The ops of tfjs-backend-cpu by another name, which is not known to lie in this process: operations are composed on it. */
const DEVICE = 'device';

beforeAll(() => {
  tf.registerBackend(DEVICE, () => new MathBackendCPU());
  tf.copyRegisteredKernels('cpu', DEVICE);
});

interface Step {
  readonly loss: number;
  readonly gradients: readonly number[];
  /** How often a tensor was read before the step was done. */
  readonly reads: number;
}

async function step(backend: string, strategy: SampleStrategy<StrategyState>, n: number): Promise<Step> {
  await tf.setBackend(backend);
  const { logits, deltas, ...others } = randomSamples({
    seed: 5,
    n,
    classes: 3,
    images: 2,
    positiveShare: 0.3,
  });
  const weights: tf.Tensor1D = tf.add(tf.mod(tf.range(0, n), 3), 0.5);
  const loss = (z: tf.Tensor, d: tf.Tensor): tf.Scalar => {
    const samples = { ...others, weights, logits: z, deltas: d } as Samples;
    return criterion(strategy).loss(samples).total;
  };
  const read = vi.spyOn(tf.Tensor.prototype, 'dataSync');
  const { value, grads } = tf.valueAndGrads(loss)([logits, deltas]);
  const reads = read.mock.calls.length;
  read.mockRestore();
  const gradients = grads.flatMap((gradient) => Array.from(gradient.dataSync()));
  return { loss: value.dataSync()[0]!, gradients, reads };
}

test.each<[string, () => SampleStrategy<StrategyState>]>([
  ['ISR-P', isrP],
  ['ISR-P, mmdet', () => isrP({ preset: 'mmdet', bias: 0.2 })],
  ['ISR-N', () => isrN({ count: 12, scoreThreshold: 0.4 })],
  ['CARL', carl],
  ['CARL without bias', () => carl({ bias: 0, k: 2 })],
  ['PISA', pisa],
])('%s is the same where nothing may be read, and reads nothing', async (_, make) => {
  for (const n of [0, 1, 60]) {
    const wanted = await step('cpu', make(), n);
    const { loss, gradients, reads } = await step(DEVICE, make(), n);
    expect(reads).toBe(0);
    expect(loss).toBeCloseTo(wanted.loss, 5);
    expect(gradients).toHaveLength(wanted.gradients.length);
    gradients.forEach((slope, i) => expect(slope).toBeCloseTo(wanted.gradients[i]!, 5));
  }
});
