import { alignedIou, decodeDeltas, seededRandom } from '@equipoise/core';
import { agrees } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { limitBindings } from '../../src/runtime/binding-limit.ts';
import { withWebgpu } from '../support/with-webgpu.ts';
import { boxes } from './boxes.ts';
import { SIZES } from './sizes.ts';

const rows = {
  seed: fc.nat(1 << 30),
  n: fc.constantFrom(...SIZES.filter((size) => size > 0)),
  steps: fc.constantFrom(2, 8, 1 << 20),
  /** Bytes of a binding. */
  limit: fc.constantFrom(undefined, 64 * 16),
};

const SCALES = { means: [0.5, 0, -0.25, 0.125], stds: [0.1, 1, 0.2, 1.5] } as const;

afterEach(() => limitBindings(undefined));

withWebgpu('DecodeDeltas', () => {
  it('agrees to the bit, since ranks depend on it', async () => {
    const drawn = fc.record({
      ...rows,
      mostMove: fc.constantFrom(3, Infinity),
      leastGrowth: fc.constantFrom(-1, -Infinity),
      mostGrowth: fc.constantFrom(1, 4.135, Infinity),
    });
    const law = agrees(decodeDeltas, drawn, ({ seed, n, steps, limit, ...limits }) => {
      limitBindings(limit);
      const deltas = seededRandom(seed)
        .uniform(4 * n)
        .map((u) => 12 * u - 6);
      return [
        { anchors: tf.tensor2d(boxes(seed, n, steps), [n, 4]), deltas: tf.tensor2d(deltas, [n, 4]) },
        { ...SCALES, ...limits },
      ];
    });
    await expect(fc.assert(law, { numRuns: 30 })).resolves.toBeUndefined();
  });
});

withWebgpu('AlignedIou', () => {
  it('agrees to the bit', async () => {
    const drawn = fc.record({ ...rows, least: fc.constantFrom(1e-12, 1e-6, 2) });
    const law = agrees(alignedIou, drawn, ({ seed, n, steps, limit, least }) => {
      limitBindings(limit);
      return [
        { a: tf.tensor2d(boxes(seed, n, steps), [n, 4]), b: tf.tensor2d(boxes(seed + 1, n, steps), [n, 4]) },
        { least },
      ];
    });
    await expect(fc.assert(law, { numRuns: 30 })).resolves.toBeUndefined();
  });
});
