import { aLrp, apLoss, rankAndSort } from '@equipoise/ap-loss';
import type { Samples, SampleStrategy, StrategyState } from '@equipoise/core';
import { criterion } from '@equipoise/core';
import { asymmetric, crossEntropy, equalizationV2, focal, qualityFocal } from '@equipoise/focal';
import { ghm } from '@equipoise/ghm';
import { hardNegativeMining } from '@equipoise/hard-negative-mining';
import { ohem } from '@equipoise/ohem';
import { isrN, pisa } from '@equipoise/pisa';
import { iouBalancedSampling, randomSampling } from '@equipoise/random';
import { randomSamples } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setThreads } from '../src/index.ts';
import './backends.ts';
import { withoutKernels } from './without-kernels.ts';

interface Shape {
  readonly n: number;
  readonly classes: number;
}

/** Two steps, the second under the state that the first left, label weights given and not: losses and gradients. */
function steps(strategy: SampleStrategy<StrategyState>, { n, classes }: Shape): number[][] {
  const held = criterion(strategy);
  const read = [1, 2].flatMap((seed) =>
    tf.tidy(() => {
      const { weights, ...others } = randomSamples({ seed, n, classes, images: 2, positiveShare: 0.2 });
      const given: Samples = seed === 1 ? { ...others, weights } : others;
      const loss = (logits: tf.Tensor, deltas: tf.Tensor): tf.Scalar =>
        held.loss({ ...given, logits: logits as tf.Tensor2D, deltas: deltas as tf.Tensor2D }).total;
      const { value, grads } = tf.valueAndGrads(loss)([others.logits, others.deltas]);
      return [value, ...grads].map((tensor) => Array.from(tensor.dataSync()));
    }),
  );
  held.dispose();
  return read;
}

function expectNear(got: number[][], wanted: number[][], tolerance: number): void {
  got.forEach((values, k) => {
    const largest = wanted[k]!.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-30);
    const off = values.findIndex((value, i) => !(Math.abs(value - wanted[k]![i]!) <= tolerance * largest));
    expect(off, `output ${k} [${off}]: ${values[off]} for ${wanted[k]![off]}`).toBe(-1);
  });
}

const strategies: readonly [string, () => SampleStrategy<StrategyState>][] = [
  ['cross-entropy', crossEntropy],
  ['focal', focal],
  ['focal without α, γ = .5', () => focal({ alpha: null, gamma: 0.5 })],
  ['quality focal', qualityFocal],
  ['asymmetric', asymmetric],
  ['eqlv2', equalizationV2],
  ['ghm', ghm],
  ['random', randomSampling],
  ['IoU-balanced', iouBalancedSampling],
  ['hard-negative mining', hardNegativeMining],
  ['ohem with NMS', () => ohem({ nmsThreshold: 0.7 })],
  ['isr-n', isrN],
  ['pisa', pisa],
  ['ap-loss', apLoss],
  ['aLRP', aLrp],
  ['rank & sort', rankAndSort],
];

describe.each(['cpu', 'wasm'])('a strategy by kernels is the strategy without, on %s', (backend) => {
  beforeAll(async () => void (await tf.setBackend(backend)));

  it.each(strategies)('%s', (_, make) => {
    for (const shape of [
      { n: 1, classes: 1 },
      { n: 130, classes: 1 },
      { n: 257, classes: 7 },
    ]) {
      expectNear(
        steps(make(), shape),
        withoutKernels(() => steps(make(), shape)),
        2e-5,
      );
    }
  });

  describe('on two threads', () => {
    beforeAll(async () => void (await setThreads(2)));
    afterAll(async () => void (await setThreads(1)));

    // Not GHM: of so many norms one may lie at the edge of a unit region, and on its other side here.
    it.each([
      ['focal', focal],
      ['quality focal', qualityFocal],
    ] as const)('%s, on a grid worth them', (_, make) => {
      const shape = { n: 9000, classes: 80 };
      expectNear(
        steps(make(), shape),
        withoutKernels(() => steps(make(), shape)),
        2e-5,
      );
    });
  });
});
