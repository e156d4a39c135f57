import { greedyNms, greedyNmsMatch, seededRandom } from '@equipoise/core';
import { agrees } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withWebgpu } from '../support/with-webgpu.ts';
import { boxes } from './boxes.ts';

const LOWEST_SCORE = -3.4028234663852886e38;

const drawn = {
  seed: fc.nat(1 << 30),
  n: fc.constantFrom(0, 1, 2, 63, 64, 65, 257, 600),
  /** Few positions and scores: ties. */
  places: fc.constantFrom(4, 1 << 20),
  steps: fc.constantFrom(1, 5, 1 << 24),
  groupCount: fc.constantFrom(1, 3),
  iouThreshold: fc.constantFrom(0.3, 0.5, 1),
};

interface Rows {
  readonly seed: number;
  readonly n: number;
  readonly places: number;
  readonly steps: number;
}

function rows({ seed, n, places, steps }: Rows) {
  const random = seededRandom(seed);
  return {
    random,
    boxes: tf.tensor2d(boxes(seed + 1, n, places), [n, 4]),
    scores: Float32Array.from({ length: n }, () => (random.below(steps) - (steps >> 1)) / steps),
  };
}

withWebgpu('GreedyNms', () => {
  it('agrees', async () => {
    const law = agrees(
      greedyNms,
      fc.record({
        ...drawn,
        maxPerGroup: fc.constantFrom(0, 1, 7, 40),
        offset: fc.constantFrom<0 | 1>(0, 1),
        scoreThreshold: fc.constantFrom(LOWEST_SCORE, 0),
        iouThreshold: fc.constantFrom(0, 0.3, 0.5, 1),
      }),
      ({ seed, n, places, steps, ...attributes }) => {
        const { random, boxes, scores } = rows({ seed, n, places, steps });
        scores.forEach((_, i) => {
          if (random.below(40) === 0) scores[i] = [NaN, -Infinity, -0][i % 3]!;
        });
        // Groups out of range are never kept.
        const group = Int32Array.from({ length: n }, () => random.below(attributes.groupCount + 2) - 1);
        return [{ boxes, scores: tf.tensor1d(scores), group: tf.tensor1d(group, 'int32') }, attributes];
      },
    );
    await expect(fc.assert(law, { numRuns: 25 })).resolves.toBeUndefined();
  });

  it.each([520, 600])('settles many blocks in one run, %i kept at most', async (maxPerGroup) => {
    // Each box twice, the one of higher score far behind; boxes lie apart otherwise.
    const [half, groupCount] = [10_500, 20];
    const places = Int32Array.from({ length: 2 * half }, (_, i) => i % half);
    const kept = greedyNms(
      {
        boxes: tf.tensor2d(
          [...places].map((place) => [2 * place, 0, 2 * place + 1, 1]),
          [2 * half, 4],
        ),
        scores: tf.range(0, 2 * half),
        group: tf.tensor1d(
          places.map((place) => place % groupCount),
          'int32',
        ),
      },
      { groupCount, iouThreshold: 0.5, maxPerGroup, offset: 0, scoreThreshold: LOWEST_SCORE },
    );
    // Of each group the last ones.
    const count = Math.min(half, groupCount * maxPerGroup);
    const wanted = Float32Array.from(places, (_, i) => Number(i >= 2 * half - count));
    expect(await kept.data()).toEqual(wanted);
  });
});

withWebgpu('GreedyNmsMatch', () => {
  it('agrees', async () => {
    const law = agrees(
      greedyNmsMatch,
      fc.record({ ...drawn, maxKeepers: fc.constantFrom(0, 1, 7, 40), share: fc.constantFrom(0, 0.5, 1) }),
      ({ seed, n, places, steps, share, ...attributes }) => {
        const { random, boxes, scores } = rows({ seed, n, places, steps });
        const group = Int32Array.from({ length: n }, () => random.below(attributes.groupCount));
        const eligible = random.uniform(n).map((u) => (u < share ? 1 : 0));
        return [
          {
            boxes,
            scores: tf.tensor1d(scores),
            group: tf.tensor1d(group, 'int32'),
            eligible: tf.tensor1d(eligible),
          },
          attributes,
        ];
      },
    );
    await expect(fc.assert(law, { numRuns: 25 })).resolves.toBeUndefined();
  });
});
