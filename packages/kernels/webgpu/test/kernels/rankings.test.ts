import { alrpRanking, averagePrecisionRanking } from '@equipoise/ap-loss';
import { seededRandom } from '@equipoise/core';
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
  delta: fc.constantFrom(0.25, 1),
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

withWebgpu('AveragePrecisionRanking', () => {
  it('agrees', async () => {
    const law = agrees(
      averagePrecisionRanking,
      drawn,
      ({ delta, ...given }) => {
        const { scores, targets } = entries(given);
        return [{ scores, targets }, { delta }];
      },
      NEAR,
    );
    // Long enough for a part of a scan to have several tiles.
    const long = { seed: 1, n: 20_000, steps: 1 << 20, positives: 0.1, ignored: 0.2, delta: 1 };
    await expect(fc.assert(law, { numRuns: 40, examples: [[long]] })).resolves.toBeUndefined();
  });
});

/** Plain numbers, by the typed-array code on the CPU. */
async function alrpOnCpu(given: Drawn, delta: number): Promise<Float32Array[]> {
  await tf.setBackend('cpu');
  const outputs = tf.tidy(() =>
    alrpRanking.host!(entries(given), { delta }).map((x) => x.dataSync().slice()),
  );
  await tf.setBackend('webgpu');
  return outputs as Float32Array[];
}

withWebgpu('AlrpRanking', () => {
  // Not `agrees`: tf.cumsum from the end, which `composed` takes, is wrong on tfjs-backend-webgpu 4.22 once it has run on another length.
  it('is the same as on the CPU', async () => {
    const law = fc.asyncProperty(drawn, async ({ delta, ...given }) => {
      const wanted = await alrpOnCpu(given, delta);
      const outputs = tf.tidy(() => [...alrpRanking(entries(given), { delta })]);
      const got = await Promise.all(outputs.map((output) => output.data()));
      tf.dispose(outputs);
      wanted.forEach((values, o) => {
        expect(got[o]!.length).toBe(values.length);
        values.forEach((value, i) => {
          const near = NEAR.absolute + NEAR.relative * Math.abs(value);
          if (!(Math.abs(got[o]![i]! - value) <= near)) {
            throw new Error(`output ${o}, entry ${i}: ${value}, then ${got[o]![i]}`);
          }
        });
      });
    });
    await expect(fc.assert(law, { numRuns: 40 })).resolves.toBeUndefined();
  });
});
