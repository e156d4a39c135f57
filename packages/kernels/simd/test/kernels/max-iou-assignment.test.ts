import { seededRandom } from '@equipoise/core';
import { agrees } from '@equipoise/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maxIouAssignment } from '../../../../core/src/operations/max-iou-assignment.ts';
import { boxesOf } from './boxes.ts';
import { everywhere, expectSameAsHost, SIZES } from './everywhere.ts';

interface Rows {
  readonly seed: number;
  readonly n: number;
  readonly steps: number;
  readonly boxCount: number;
  readonly ignoredCount: number;
}

function inputsOf({ seed, n, steps, boxCount, ignoredCount }: Rows) {
  const random = seededRandom(seed);
  return {
    anchors: boxesOf(random, n, steps),
    boxes: boxesOf(random, boxCount, steps),
    ignored: boxesOf(random, ignoredCount, steps),
  };
}

const drawn = fc.record({
  seed: fc.nat(1 << 30),
  n: fc.constantFrom(...SIZES),
  /** Few positions: overlaps tie. */
  steps: fc.constantFrom(4, 1 << 20),
  boxCount: fc.constantFrom(0, 1, 5, 40),
  ignoredCount: fc.constantFrom(0, 2),
  positiveIou: fc.constantFrom(0.3, 0.5),
  negativeLow: fc.constantFrom(0, 0.1),
  negativeHigh: fc.constantFrom(0.3, 0.5),
  lowQuality: fc.constantFrom('none', 'reassign', 'promote'),
  minPositiveIou: fc.constantFrom(0, 0.3),
  matchZero: fc.boolean(),
  assignAllTies: fc.boolean(),
  ignoreIofThreshold: fc.constantFrom(-1, 0.5),
  ignoreByAnchorArea: fc.boolean(),
});

everywhere('MaxIouAssignment', () => {
  test('is one law', async () => {
    const law = agrees(
      maxIouAssignment,
      drawn,
      ({ seed, n, steps, boxCount, ignoredCount, ...attributes }) => [
        inputsOf({ seed, n, steps, boxCount, ignoredCount }),
        attributes,
      ],
    );
    await expect(fc.assert(law, { numRuns: 80 })).resolves.toBeUndefined();
  });

  test.each(['reassign', 'promote'] as const)(
    'gives the bits of the host at 9,000 anchors, %s',
    (lowQuality) => {
      expectSameAsHost(
        maxIouAssignment,
        inputsOf({ seed: 3, n: 9000, steps: 200, boxCount: 60, ignoredCount: 3 }),
        {
          positiveIou: 0.5,
          negativeLow: 0,
          negativeHigh: 0.4,
          lowQuality,
          minPositiveIou: 0,
          matchZero: false,
          assignAllTies: true,
          ignoreIofThreshold: 0.5,
          ignoreByAnchorArea: true,
        },
      );
    },
  );
});
