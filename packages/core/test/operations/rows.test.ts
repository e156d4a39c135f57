import { agrees } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskIndices } from '../../src/operations/mask-indices.ts';
import { rowsAt } from '../../src/operations/rows-at.ts';
import { onEachBackend } from '../boxes/support.ts';

onEachBackend(() => {
  test('maskIndices is one law', async () => {
    const masks = fc.array(fc.constantFrom(0, 1, 1e-30, -1), { minLength: 1, maxLength: 30 });
    const law = agrees(maskIndices, masks, (mask) => [{ mask: tf.tensor1d(mask) }, {}]);
    await expect(fc.assert(law, { numRuns: 40 })).resolves.toBeUndefined();
    const [indices, count] = maskIndices({ mask: tf.tensor1d([0, 2, 0, 0.5]) }, {});
    expect([...indices.dataSync(), ...count.dataSync()]).toEqual([1, 3, -1, -1, 2]);
  });

  test('rowsAt is one law', async () => {
    const drawn = fc.array(fc.nat(5), { minLength: 1, maxLength: 9 });
    const table = Array.from({ length: 18 }, (_, i) => i);
    const law = agrees(rowsAt, drawn, (indices) => [
      {
        indices: tf.tensor1d(indices, 'int32'),
        floats: tf.tensor2d(table, [6, 3]),
        integers: tf.tensor1d(table.slice(0, 6), 'int32'),
        flags: tf.tensor3d(
          table.slice(0, 12).map((x) => x % 2),
          [6, 1, 2],
          'bool',
        ),
      },
      {},
    ]);
    await expect(fc.assert(law, { numRuns: 30 })).resolves.toBeUndefined();
    const [rows] = rowsAt({ indices: tf.tensor1d([2, 0], 'int32'), x: tf.tensor2d(table, [6, 3]) }, {});
    expect(rows!.arraySync()).toEqual([
      [6, 7, 8],
      [0, 1, 2],
    ]);
  });
});
