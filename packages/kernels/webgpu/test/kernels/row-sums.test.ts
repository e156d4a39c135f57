import { rowSums, seededRandom } from '@equipoise/core';
import { agrees } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { limitBindings } from '../../src/runtime/binding-limit.ts';
import { withWebgpu } from '../support/with-webgpu.ts';
import { SIZES } from './sizes.ts';

withWebgpu('RowSums', () => {
  afterEach(() => limitBindings(undefined));

  const drawn = fc.record({
    seed: fc.nat(1 << 30),
    n: fc.constantFrom(...SIZES),
    columns: fc.constantFrom(1, 4, 80),
    // The smallest cuts all but the few.
    bytes: fc.constantFrom(undefined, 64 * 80 * 4),
  });
  const law = agrees(
    rowSums,
    drawn,
    ({ seed, n, columns, bytes }) => {
      limitBindings(bytes);
      return [{ x: tf.tensor2d(seededRandom(seed).uniform(n * columns), [n, columns]) }, {}];
    },
    { relative: 1e-5, absolute: 0 },
  );

  it('agrees', async () => {
    await expect(fc.assert(law, { numRuns: 15 })).resolves.toBeUndefined();
  });

  it('of rows of nothing is 0', async () => {
    expect(rowSums({ x: tf.zeros([0, 4]) }, {}).shape).toEqual([0]);
    // A buffer of that size that is given back full.
    const full = tf.add(tf.fill([3], 3), 4);
    await full.data();
    full.dispose();
    expect([...(await rowSums({ x: tf.zeros([3, 0]) }, {}).data())]).toEqual([0, 0, 0]);
  });
});
