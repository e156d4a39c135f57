import { seededRandom } from '@equipoise/core';
import { rankWithinGroup } from '@equipoise/random';
import { agrees } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hierarchicalLocalRank } from '../../../../soft/pisa/src/operations/hierarchical-local-rank.ts';
import { everywhere, expectSameAsHost, SIZES } from './everywhere.ts';

interface Rows {
  readonly seed: number;
  readonly n: number;
  /** How many scores there are: few make ties. */
  readonly steps: number;
  /** How many are ranked. */
  readonly share: number;
}

const rows = {
  seed: fc.nat(1 << 30),
  n: fc.constantFrom(...SIZES),
  steps: fc.constantFrom(1, 3, 1 << 20),
  share: fc.constantFrom(0, 0.5, 1),
};

function drawn({ seed, n, steps, share }: Rows) {
  const random = seededRandom(seed);
  const ids = (below: number): Int32Array => Int32Array.from({ length: n }, () => random.below(below));
  return {
    scores: tf.tensor1d(Float32Array.from(ids(steps), (step) => step / steps - 0.25)),
    eligible: tf.tensor1d(random.uniform(n).map((u) => (u < share ? 1 : 0))),
    ids: (below: number): tf.Tensor1D => tf.tensor1d(ids(below), 'int32'),
  };
}

const ofGroups = ({ groups, ...given }: Rows & { readonly groups: number }) => {
  const { scores, eligible, ids } = drawn(given);
  return [{ scores, eligible, group: ids(groups) }, {}] as const;
};

everywhere('RankWithinGroup', () => {
  test('is one law', async () => {
    const law = agrees(
      rankWithinGroup,
      fc.record({ ...rows, groups: fc.constantFrom(1, 4, 1 << 20) }),
      ofGroups,
    );
    await expect(fc.assert(law, { numRuns: 40 })).resolves.toBeUndefined();
  });

  test('gives the bits of the host at 20,000 samples', () => {
    expectSameAsHost(
      rankWithinGroup,
      ...ofGroups({ seed: 3, n: 20_000, steps: 300, share: 0.8, groups: 1000 }),
    );
  });
});

const KEYS = ['exact', 'largest', 'own'] as const;
const ofLevels = ({ key, outerCount, inner, ...given }: Rows & HlrRows) => {
  const { scores, eligible, ids } = drawn(given);
  return [
    { scores, inner: ids(inner), outer: ids(outerCount), eligible },
    { outerCount, key },
  ] as const;
};

interface HlrRows {
  readonly key: (typeof KEYS)[number];
  readonly outerCount: number;
  readonly inner: number;
}

everywhere('HierarchicalLocalRank', () => {
  test('is one law', async () => {
    const levels = {
      outerCount: fc.constantFrom(1, 3, 80),
      inner: fc.constantFrom(1, 20),
      key: fc.constantFrom(...KEYS),
    };
    const law = agrees(hierarchicalLocalRank, fc.record({ ...rows, ...levels }), ofLevels);
    await expect(fc.assert(law, { numRuns: 60 })).resolves.toBeUndefined();
  });

  test.each(KEYS)('gives the bits of the host at 20,000 samples, %s', (key) => {
    const given = { seed: 5, n: 20_000, steps: 5000, share: 0.8, outerCount: 7, inner: 90, key };
    expectSameAsHost(hierarchicalLocalRank, ...ofLevels(given));
  });
});
