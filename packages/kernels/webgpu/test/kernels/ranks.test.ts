import { seededRandom } from '@equipoise/core';
import { rankWithinGroup } from '@equipoise/random';
import { agrees } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hierarchicalLocalRank } from '../../../../soft/pisa/src/operations/hierarchical-local-rank.ts';
import { withWebgpu } from '../support/with-webgpu.ts';
import { SIZES } from './sizes.ts';

const drawn = {
  seed: fc.nat(1 << 30),
  n: fc.constantFrom(...SIZES),
  steps: fc.constantFrom(1, 3, 1 << 20),
  share: fc.constantFrom(0, 0.5, 1),
};

interface Rows {
  readonly seed: number;
  readonly n: number;
  readonly steps: number;
  readonly share: number;
}

function rows({ seed, n, steps, share }: Rows) {
  const random = seededRandom(seed);
  const ids = (count: number): Int32Array => Int32Array.from({ length: n }, () => random.below(count));
  const eligible = random.uniform(n).map((u) => (u < share ? 1 : 0));
  return { scores: Float32Array.from(ids(steps), (step) => step / steps), eligible, ids };
}

withWebgpu('RankWithinGroup', () => {
  it('agrees', async () => {
    const law = agrees(
      rankWithinGroup,
      fc.record({ ...drawn, groups: fc.constantFrom(1, 7, 1 << 23) }),
      (given) => {
        const { scores, eligible, ids } = rows(given);
        const group = tf.tensor1d(ids(given.groups), 'int32');
        return [{ scores: tf.tensor1d(scores), eligible: tf.tensor1d(eligible), group }, {}];
      },
    );
    await expect(fc.assert(law, { numRuns: 40 })).resolves.toBeUndefined();
  });
});

withWebgpu('HierarchicalLocalRank', () => {
  it('agrees', async () => {
    const law = agrees(
      hierarchicalLocalRank,
      fc.record({
        ...drawn,
        outerCount: fc.constantFrom(1, 4, 300),
        innerCount: fc.constantFrom(1, 5, 1000),
        key: fc.constantFrom('exact', 'largest', 'own'),
      }),
      ({ outerCount, innerCount, key, ...given }) => {
        const { scores, eligible, ids } = rows(given);
        // What is not ranked may lie outside, as background does.
        const outer = ids(outerCount).map((id, i) => (eligible[i] ? id : outerCount));
        const inputs = {
          scores: tf.tensor1d(scores),
          inner: tf.tensor1d(ids(innerCount), 'int32'),
          outer: tf.tensor1d(outer, 'int32'),
          eligible: tf.tensor1d(eligible),
        };
        return [inputs, { outerCount, key }];
      },
    );
    // Sums of which the rounding decides: local ranks that take them below a power of 2.
    const rounded = { seed: 1, n: 5000, steps: 1 << 20, share: 1, outerCount: 1, innerCount: 5 } as const;
    await expect(
      fc.assert(law, {
        numRuns: 40,
        examples: [[{ ...rounded, key: 'own' }], [{ ...rounded, key: 'largest' }]],
      }),
    ).resolves.toBeUndefined();
  });
});
