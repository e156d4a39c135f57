import { seededRandom } from '@equipoise/core';
import { agrees } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskIndices } from '../../../../core/src/operations/mask-indices.ts';
import { rowsAt } from '../../../../core/src/operations/rows-at.ts';
import { everywhere, SIZES } from './everywhere.ts';

const drawn = fc.record({
  seed: fc.nat(1 << 30),
  n: fc.constantFrom(...SIZES.filter((size) => size > 0)),
  share: fc.constantFrom(0, 0.02, 0.5, 1),
});

everywhere('MaskIndices', () => {
  test('is one law', async () => {
    const law = agrees(maskIndices, drawn, ({ seed, n, share }) => {
      // Below 0, -0 and NaN are not above 0.
      const other = [0, -0, -1, Number.NaN];
      const mask = seededRandom(seed)
        .uniform(n)
        .map((u, i) => (u < share ? u + 1e-30 : other[i % 4]!));
      return [{ mask: tf.tensor1d(mask) }, {}];
    });
    await expect(fc.assert(law, { numRuns: 40 })).resolves.toBeUndefined();
  });
});

const rows = fc.record({
  seed: fc.nat(1 << 30),
  n: fc.constantFrom(1, 7, 300),
  m: fc.constantFrom(1, 2, 90),
  width: fc.constantFrom(1, 3, 4, 5, 80),
});

everywhere(
  'RowsAt',
  () => {
    test('is one law', async () => {
      const law = agrees(rowsAt, rows, ({ seed, n, m, width }) => {
        const random = seededRandom(seed);
        const below = (count: number, end: number): Int32Array =>
          Int32Array.from({ length: count }, () => random.below(end));
        const wide = [n, width] as const;
        return [
          {
            indices: tf.tensor1d(below(m, n), 'int32'),
            floats: tf.tensor2d(random.uniform(n * width), [...wide]),
            integers: tf.tensor1d(below(n, 1 << 30), 'int32'),
            flags: tf.tensor(Uint8Array.from(below(n * width, 2)), [...wide], 'bool'),
            pairs: tf.tensor3d(random.uniform(n * width * 2), [...wide, 2]),
          },
          {},
        ];
      });
      await expect(fc.assert(law, { numRuns: 40 })).resolves.toBeUndefined();
    });
  },
  ['wasm'],
);
