import { seededRandom, selectTopK } from '@equipoise/core';
import { agrees } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withWebgpu } from '../support/with-webgpu.ts';
import { SIZES } from './sizes.ts';

const drawn = fc.record({
  seed: fc.nat(1 << 30),
  n: fc.constantFrom(...SIZES),
  imageCount: fc.constantFrom(1, 3, 20),
  /** How many scores there are: ties are the rule with few. */
  steps: fc.constantFrom(1, 3, 1 << 24),
  share: fc.constantFrom(0, 0.5, 1),
  k: fc.constantFrom('none', 'few', 'some', 'all'),
  dtype: fc.constantFrom('int32', 'float32'),
});

withWebgpu('SelectTopK', () => {
  it('agrees', async () => {
    const law = agrees(selectTopK, drawn, ({ seed, n, imageCount, steps, share, k, dtype }) => {
      const random = seededRandom(seed);
      const wanted = {
        none: () => 0,
        few: () => random.below(4),
        some: () => random.below(n + 1),
        all: () => n,
      };
      const scores = Float32Array.from({ length: n }, () => (random.below(steps) - (steps >> 1)) * 2 ** -12);
      return [
        {
          scores: tf.tensor1d(scores.map((score, i) => (score === 0 && i % 2 ? -0 : score))),
          eligible: tf.tensor1d(random.uniform(n).map((u) => (u < share ? 1 : 0))),
          image: tf.tensor1d(
            Int32Array.from({ length: n }, () => random.below(imageCount)),
            'int32',
          ),
          k: tf.tensor1d(Array.from({ length: imageCount }, wanted[k]), dtype),
        },
        { imageCount },
      ];
    });
    // Zeros of both signs are equal.
    const zeros = { seed: 1, n: 257, imageCount: 3, steps: 1, share: 1 } as const;
    const few = { ...zeros, k: 'some', dtype: 'int32' } as const;
    await expect(fc.assert(law, { numRuns: 60, examples: [[few]] })).resolves.toBeUndefined();
  });
});
