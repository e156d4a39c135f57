import type { SoftStrategy, StrategyState } from '@equipoise/core';
import { criterion } from '@equipoise/core';
import { asymmetric, crossEntropy, focal, poly1Focal, qualityFocal } from '@equipoise/focal';
import { ghm, ghmC } from '@equipoise/ghm';
import { randomSamples } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { isrP, pisa } from '@equipoise/pisa';
import { profile } from '../src/profile.ts';
import { composed } from './support/composed.ts';
import { withWebgpu } from './support/with-webgpu.ts';

interface Shape {
  readonly n: number;
  readonly classes: number;
}

/** Two steps, the second under the state that the first left: losses and gradients of logits. */
async function steps(strategy: SoftStrategy<StrategyState>, { n, classes }: Shape): Promise<number[][]> {
  const held = criterion(strategy);
  const read: number[][] = [];
  for (const seed of [1, 2]) {
    const results = tf.tidy(() => {
      const samples = randomSamples({ seed, n, classes, images: 2, positiveShare: 0.3 });
      // Ties, and logits where a careless sigmoid is 0 or 1.
      const logits: tf.Tensor2D = tf.clipByValue(tf.mul(tf.floor(tf.mul(samples.logits, 2)), 12), -120, 120);
      const loss = (x: tf.Tensor): tf.Scalar => {
        const { weights, ...others } = { ...samples, logits: x as tf.Tensor2D };
        // Given, and made of labels.
        return held.loss(seed === 1 ? { ...others, weights } : others).total;
      };
      const { value, grad } = tf.valueAndGrad(loss)(logits);
      return [value, grad];
    });
    for (const tensor of results) read.push(Array.from(await tensor.data()));
    tf.dispose(results);
  }
  held.dispose();
  return read;
}

function expectNear(got: number[][], wanted: number[][], tolerance: number): void {
  got.forEach((values, k) => {
    const largest = Math.max(...wanted[k]!.map(Math.abs), 1e-30);
    values.forEach((value, i) => {
      expect(Math.abs(value - wanted[k]![i]!), `output ${k} [${i}]`).toBeLessThanOrEqual(tolerance * largest);
    });
  });
}

const strategies: readonly [string, () => SoftStrategy<StrategyState>][] = [
  ['cross-entropy', crossEntropy],
  ['focal', focal],
  ['focal without α, γ = .5', () => focal({ alpha: null, gamma: 0.5 })],
  ['quality focal', qualityFocal],
  ['asymmetric', asymmetric],
  ['poly-1 focal', poly1Focal],
  ['ghm-c', ghmC],
  ['ghm-c by image, 10 regions', () => ghmC({ bins: 10, scope: 'image' })],
  ['ghm', ghm],
  ['PISA', pisa],
  ['ISR-P over focal, mmdet', () => isrP({ preset: 'mmdet', bias: 0.2 }, focal())],
];
const shapes: readonly Shape[] = [
  { n: 0, classes: 3 },
  { n: 1, classes: 1 },
  { n: 130, classes: 1 },
  { n: 257, classes: 7 },
];

withWebgpu('a strategy by kernels is the strategy composed', () => {
  it.each(strategies)('%s', async (_, make) => {
    for (const shape of shapes) {
      const fused = await steps(make(), shape);
      expectNear(fused, await composed(() => steps(make(), shape)), 2e-5);
    }
  });

  it.each(strategies)('%s, on the device and on the CPU', async (_, make) => {
    const shape = { n: 257, classes: 7 };
    const fused = await steps(make(), shape);
    await tf.setBackend('cpu');
    expectNear(fused, await steps(make(), shape), 2e-5);
  });

  it('a step of focal loss reads the logits once and writes their gradient once', async () => {
    tf.env().set('WEBGPU_CPU_FORWARD', true);
    const [n, classes] = [2000, 80];
    const samples = randomSamples({ seed: 3, n, classes, images: 2 });
    const held = criterion(focal());
    const { logits, deltas, ...others } = samples;
    const losses = tf.valueAndGrads(
      (x: tf.Tensor, y: tf.Tensor) =>
        held.loss({ ...others, logits: x as tf.Tensor2D, deltas: y as tf.Tensor2D }).total,
    );
    const step = () => tf.tidy(() => void losses([logits, deltas]));
    step();
    const { bytes } = await profile(step);
    const grid = n * classes * 4;
    expect(bytes).toBeGreaterThan(2 * grid);
    // The rest is of rows and deltas; a gradient that is copied would be two more.
    expect(bytes).toBeLessThan(5 * grid);
    held.dispose();
  });

  it('fifty steps leave no tensor and no buffer behind', async () => {
    const { logits, labels, weights } = randomSamples({ seed: 4, n: 1000, classes: 5, images: 2 });
    for (const make of [focal, ghmC]) {
      const held = criterion<StrategyState>(make());
      const step = async () => {
        const { value, grad } = tf.tidy(() =>
          tf.valueAndGrad((x: tf.Tensor) => held.loss({ logits: x as tf.Tensor2D, labels, weights }).total)(
            logits,
          ),
        );
        await value.data();
        tf.dispose([value, grad]);
      };
      await step();
      await step();
      const before = { ...tf.memory() };
      for (let i = 0; i < 50; i++) await step();
      expect(tf.memory()).toMatchObject(before);
      held.dispose();
    }
  });
});
