import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import { seededRandom } from '@equipoise/core';
import { iouHlr, scoreHlr } from '@equipoise/pisa';
import { Tensor, tensor1d } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { hierarchicalLocalRank } from '../src/operations/hierarchical-local-rank.ts';
import { isPositive, permuted, randomBatch, samplesOf } from './batches.ts';
import { decode, hierarchicalRanks, overlap, probabilitiesOf } from './oracle.ts';

const KEYS = ['exact', 'largest', 'own'] as const;

interface Drawn {
  readonly seed: number;
  readonly n: number;
  readonly outerCount: number;
  readonly innerCount: number;
  readonly steps: number;
  readonly share: number;
}

const drawn = fc.record({
  seed: fc.integer({ min: 0, max: 1 << 30 }),
  n: fc.integer({ min: 1, max: 70 }),
  outerCount: fc.integer({ min: 1, max: 4 }),
  innerCount: fc.integer({ min: 1, max: 5 }),
  steps: fc.constantFrom(2, 8, 1 << 20),
  share: fc.constantFrom(0, 0.5, 1),
  key: fc.constantFrom(...KEYS),
});

function inputsOf({ seed, n, outerCount, innerCount, steps, share }: Drawn) {
  const random = seededRandom(seed);
  const ids = (count: number): number[] => Array.from({ length: n }, () => random.below(count));
  const eligible = [...random.uniform(n)].map((u) => (u < share ? 1 : 0));
  return {
    scores: ids(steps).map((step) => Math.fround(step / steps)),
    inner: ids(innerCount).map((id) => id - 1),
    // What is not ranked may lie outside, as background does.
    outer: ids(outerCount).map((id, i) => (eligible[i] ? id : outerCount)),
    eligible,
  };
}

test('host and composed follow the law, ties included', () => {
  fc.assert(
    fc.property(drawn, (given) => {
      const { scores, inner, outer, eligible } = inputsOf(given);
      const inputs = {
        scores: tensor1d(scores),
        inner: tensor1d(inner, 'int32'),
        outer: tensor1d(outer, 'int32'),
        eligible: tensor1d(eligible),
      };
      const attributes = { outerCount: given.outerCount, key: given.key };
      const wanted = hierarchicalRanks(scores, inner, outer, eligible, given.key);
      expect([...hierarchicalLocalRank.host!(inputs, attributes).dataSync()]).toEqual(wanted);
      expect([...hierarchicalLocalRank.composed(inputs, attributes).dataSync()]).toEqual(wanted);
    }),
    { numRuns: 120 },
  );
});

test('composed reads nothing back', () => {
  const read = vi.spyOn(Tensor.prototype, 'dataSync');
  const { scores, inner, outer, eligible } = inputsOf({
    seed: 1,
    n: 40,
    outerCount: 3,
    innerCount: 4,
    steps: 8,
    share: 0.5,
  });
  const inputs = {
    scores: tensor1d(scores),
    inner: tensor1d(inner, 'int32'),
    outer: tensor1d(outer, 'int32'),
    eligible: tensor1d(eligible),
  };
  for (const key of KEYS) hierarchicalLocalRank.composed(inputs, { outerCount: 3, key });
  expect(read).not.toHaveBeenCalled();
  read.mockRestore();
});

test('the float32 key makes a tie of near overlaps, which goes to the lower index', () => {
  // 300 samples in one class, each with a ground truth of its own: 300 + IoU has steps of 3e-5.
  const n = 300;
  const scores = Array.from({ length: n }, (_, i) => Math.fround(0.5 + i * 1e-6));
  const inputs = {
    scores: tensor1d(scores),
    inner: tensor1d(
      scores.map((_, i) => i),
      'int32',
    ),
    outer: tensor1d(
      scores.map(() => 0),
      'int32',
    ),
    eligible: tensor1d(scores.map(() => 1)),
  };
  const exact = hierarchicalLocalRank(inputs, { outerCount: 1, key: 'exact' }).dataSync();
  const rounded = hierarchicalLocalRank(inputs, { outerCount: 1, key: 'largest' }).dataSync();
  expect(exact[n - 1]).toBe(0);
  expect(rounded[n - 1]).toBeGreaterThan(0);
  expect([...rounded]).toEqual(
    hierarchicalRanks(
      scores,
      [...scores.keys()],
      scores.map(() => 0),
      scores.map(() => 1),
      'largest',
    ),
  );
});

test('IoU-HLR follows the IoU of the predicted boxes and is a permutation in each class', () => {
  for (const seed of [1, 2, 3, 4]) {
    const batch = randomBatch({ seed, n: 80, classes: 3, images: 3, activation: 'sigmoid' });
    const ranks = [...iouHlr(samplesOf(batch, {})).dataSync()];
    const overlaps = batch.deltas.map(
      (delta, i) =>
        overlap(decode(batch.anchors[i]!, delta), decode(batch.anchors[i]!, batch.deltaTargets[i]!)).iou,
    );
    const eligible = batch.labels.map((_, i) => (isPositive(batch, i) ? 1 : 0));
    expect(ranks).toEqual(hierarchicalRanks(overlaps, batch.groundTruth, batch.labels, eligible, 'exact'));
    for (let c = 0; c < batch.classes; c++) {
      const own = ranks.filter((_, i) => batch.labels[i] === c).toSorted((a, b) => a - b);
      expect(own).toEqual([...own.keys()]);
    }
    expect(ranks.every((rank, i) => rank >= 0 === isPositive(batch, i))).toBe(true);
  }
});

test('ranks move with their samples', () => {
  const batch = randomBatch({ seed: 11, n: 70, classes: 3, images: 3, activation: 'softmax' });
  const order = [...seededRandom(12).permutation(70)];
  const task = { activation: 'softmax' } as const;
  for (const rank of [iouHlr, scoreHlr]) {
    const before = rank(samplesOf(batch, task)).dataSync();
    const after = rank(samplesOf(permuted(batch, order), task)).dataSync();
    expect([...after]).toEqual(order.map((i) => before[i]));
  }
});

test.each(['sigmoid', 'softmax'] as const)(
  'Score-HLR ranks groups of NMS-match in each image, %s',
  (activation) => {
    for (const seed of [1, 2, 3]) {
      const batch = randomBatch({ seed, n: 90, classes: 2, images: 3, activation, positiveShare: 0.2 });
      const scoreThreshold = 0.4;
      const got = [...scoreHlr(samplesOf(batch, { activation }), { scoreThreshold }).dataSync()];
      const scores = batch.logits.map((row) =>
        Math.max(...probabilitiesOf(row, activation).slice(0, batch.classes)),
      );
      const boxes = batch.deltas.map((delta, i) => decode(batch.anchors[i]!, delta));
      const eligible = batch.labels.map((label, i) => (label === 2 && scores[i]! > scoreThreshold ? 1 : 0));
      const order = [...scores.keys()].filter((i) => eligible[i]).toSorted((a, b) => scores[b]! - scores[a]!);
      const leaders: number[] = [];
      const group = batch.labels.map((_, i) => i);
      for (const i of order) {
        const leader = leaders.find(
          (j) => batch.image[j] === batch.image[i] && overlap(boxes[j]!, boxes[i]!).iou >= 0.5,
        );
        if (leader === undefined) leaders.push(i);
        else group[i] = leader;
      }
      expect(leaders.length).toBeLessThan(order.length);
      expect(got).toEqual(hierarchicalRanks(scores, group, batch.image, eligible, 'exact'));
    }
  },
);

test('a score must be above the threshold', () => {
  const batch = randomBatch({ seed: 13, n: 3, classes: 1, images: 1, activation: 'sigmoid' });
  const samples = samplesOf({ ...batch, labels: [1, 1, 1], logits: [[0], [0.1], [-0.1]] }, {});
  expect([...scoreHlr(samples, { scoreThreshold: 0.5 }).dataSync()]).toEqual([-1, 0, -1]);
});

test('what a rank needs is demanded', () => {
  const { groundTruth: _, ...samples } = samplesOf(
    randomBatch({ seed: 1, n: 4, classes: 2, images: 1, activation: 'sigmoid' }),
    {},
  );
  expect(() => iouHlr(samples)).toThrow(
    '@equipoise/pisa: samples.groundTruth: expected a tensor, got undefined',
  );
});
