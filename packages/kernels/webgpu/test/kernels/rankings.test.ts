import { alrpRanking, averagePrecisionRanking, rankSortRanking } from '@equipoise/ap-loss';
import type { AlrpInputs, RankingAttributes } from '@equipoise/ap-loss';
import { type Operation, seededRandom } from '@equipoise/core';
import { agrees } from '@equipoise/testkit';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withWebgpu } from '../support/with-webgpu.ts';
import { SIZES } from './sizes.ts';

const drawn = fc.record({
  seed: fc.nat(1 << 30),
  n: fc.constantFrom(...SIZES),
  /** Few scores: many equal ones, and many exactly δ apart. */
  steps: fc.constantFrom(1, 16, 1 << 20),
  positives: fc.constantFrom(0, 0.1, 1),
  ignored: fc.constantFrom(0, 0.2),
});

interface Drawn {
  readonly seed: number;
  readonly n: number;
  readonly steps: number;
  readonly positives: number;
  readonly ignored: number;
}

function entries({ seed, n, steps, positives, ignored }: Drawn) {
  const random = seededRandom(seed);
  const kinds = random.uniform(n);
  const targets = random.uniform(n).map((u, i) => {
    if (u < ignored) return -1;
    return kinds[i]! < positives ? 0.25 + random.below(4) / 8 : 0;
  });
  return {
    scores: tf.tensor1d(Float32Array.from({ length: n }, () => 8 * (random.below(steps) / steps) - 5)),
    targets: tf.tensor1d(targets),
    errors: tf.tensor1d(random.uniform(n)),
  };
}

/** Sums in float32, of both: m · 1e-7 of the entries above. */
const NEAR = { relative: 1e-4, absolute: 2e-5 };

type Ranking = Operation<AlrpInputs, RankingAttributes, readonly tf.Tensor[]>;

withWebgpu('the kernel of a ranking', () => {
  it.each<{ ranking: Ranking; least: number }>([
    { ranking: averagePrecisionRanking, least: 0.25 },
    { ranking: alrpRanking, least: 0.25 },
    { ranking: rankSortRanking, least: 0 },
  ])('$ranking.operationName: is the same as on the CPU', async ({ ranking, least }) => {
    // In double there.
    const law = fc.asyncProperty(drawn, fc.constantFrom(least, 1), async (given, delta) => {
      await tf.setBackend('cpu');
      const wanted = tf.tidy(() =>
        ranking.host!(entries(given), { delta }).map((output) => output.dataSync().slice()),
      );
      await tf.setBackend('webgpu');
      const outputs = tf.tidy(() => [...ranking(entries(given), { delta })]);
      const got = await Promise.all(outputs.map((output) => output.data()));
      tf.dispose(outputs);
      wanted.forEach((values, o) => expectNear(got[o]!, values, `output ${o}`));
    });
    // Long enough for a part of a scan to have several tiles.
    const long = { seed: 1, n: 20_000, steps: 1 << 20, positives: 0.1, ignored: 0.2 };
    await expect(fc.assert(law, { numRuns: 40, examples: [[long, 1]] })).resolves.toBeUndefined();
  });

  // Not aLRP: tf.cumsum from the end, which `composed` takes, is wrong on tfjs-backend-webgpu 4.22 once it has run on another length.
  it.each<{ ranking: Ranking; delta: number }>([
    { ranking: averagePrecisionRanking, delta: 1 },
    { ranking: rankSortRanking, delta: 0 },
    { ranking: rankSortRanking, delta: 1 },
  ])('$ranking.operationName, δ $delta: agrees', async ({ ranking, delta }) => {
    const few = drawn.filter(({ n }) => n < 65 || n === 257);
    const law = agrees(ranking, few, (given) => [entries(given), { delta }], NEAR);
    await expect(fc.assert(law, { numRuns: 10 })).resolves.toBeUndefined();
  });
});

function expectNear(got: ArrayLike<number>, wanted: ArrayLike<number>, what: string): void {
  expect(got.length).toBe(wanted.length);
  Array.from(wanted, (value, i) => {
    const near = NEAR.absolute + NEAR.relative * Math.abs(value);
    if (!(Math.abs(got[i]! - value) <= near)) throw new Error(`${what} [${i}]: ${value}, then ${got[i]}`);
  });
}
