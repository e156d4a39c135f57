import { deltaCoder } from '@equipoise/core';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { hasPool, loadPool, type AnchorPool } from '../../throughput/anchor-pool.ts';
import { overlap } from '../../throughput/grid-anchors.ts';
import { inputsOf } from '../../throughput/inputs.ts';
import { SOURCES, STAGES, type Case } from '../../throughput/row.ts';
import { syntheticPool } from '../../throughput/synthetic-pool.ts';

beforeAll(() => tf.setBackend('cpu'));

const PER_IMAGE = 6804;

const caseOf = (given: Partial<Case>): Case => ({
  kind: 'strategy',
  work: 'focal',
  backend: 'cpu',
  kernels: 'none',
  anchors: 10_000,
  classes: 3,
  source: 'synthetic',
  stage: 'middle',
  quick: true,
  with: [],
  ...given,
});

/** Shares of ignored and positive anchors, mean logit of background and of own classes, mean IoU of positives' boxes. */
function statistics(pool: AnchorPool) {
  const { labels, logits, boxes, classes, truths, groundTruth } = pool;
  const [ignored, positive, background] = [-2, 0, -1].map((label) =>
    [...labels.keys()].filter((i) => (label === 0 ? labels[i]! >= 0 : labels[i] === label)),
  ) as [number[], number[], number[]];
  const mean = (of: readonly number[], value: (i: number) => number): number =>
    of.reduce((sum, i) => sum + value(i), 0) / of.length;
  return {
    ignored: ignored.length / labels.length,
    positive: positive.length / labels.length,
    background: mean(background, (i) => {
      const row = logits.subarray(i * classes, (i + 1) * classes);
      return row.reduce((sum, logit) => sum + logit, 0) / classes;
    }),
    own: mean(positive, (i) => logits[i * classes + labels[i]!]!),
    iou: mean(positive, (i) => overlap(boxes, i, truths[Math.floor(i / PER_IMAGE)]![groundTruth[i]!]!, 0)),
  };
}

test.skipIf(!hasPool()).each(STAGES)(
  '%s: synthetic predictions have the statistics of the real ones',
  (stage) => {
    const [real, made] = [statistics(loadPool(3, stage)), statistics(syntheticPool(3, stage))];
    expect(made.positive / real.positive).toBeGreaterThan(0.7);
    expect(made.positive / real.positive).toBeLessThan(1.5);
    expect(Math.abs(made.ignored - real.ignored)).toBeLessThan(0.01);
    expect(Math.abs(made.background - real.background)).toBeLessThan(0.5);
    expect(Math.abs(made.own - real.own)).toBeLessThan(0.3);
    expect(Math.abs(made.iou - real.iou)).toBeLessThan(0.05);
  },
);

test.skipIf(!hasPool())('the anchors are those of the real detector', () => {
  const { anchors, truths, maxOverlaps } = loadPool(3, 'initial');
  for (let i = 0; i < PER_IMAGE; i += 7) {
    const best = Math.max(...truths[0]!.map((box) => overlap(anchors, i, box, 0)));
    expect(Math.abs(best - maxOverlaps[i]!)).toBeLessThan(1 / 255);
  }
});

describe.each(SOURCES.filter((source) => source !== 'pool' || hasPool()))('%s inputs', (source) => {
  test.each([
    [1, 1],
    [10_000, 1],
    [7000, 2],
    [20_000, 3],
    [7000, 80],
  ])('%i × %i: shapes, and labels that are classes, background or ignored', (anchors, classes) => {
    const inputs = inputsOf(caseOf({ anchors, classes, source }));
    expect(inputs.logits.shape).toEqual([anchors, classes]);
    expect(inputs.imageCount).toBe(Math.ceil(anchors / PER_IMAGE));
    const labels = inputs.labels.dataSync();
    expect(Math.min(...labels)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...labels)).toBe(classes);
    const truths = inputs.groundTruth.dataSync();
    const positives = [...labels.keys()].filter((i) => labels[i]! >= 0 && labels[i]! < classes);
    // One class means platelets, which are small and rare.
    expect(positives.length / anchors).toBeLessThan(0.05);
    expect(positives.length).toBeGreaterThanOrEqual(anchors > PER_IMAGE ? 10 : 0);
    expect(positives.every((i) => truths[i]! >= 0)).toBe(true);
    expect(Math.max(...inputs.image.dataSync())).toBe(inputs.imageCount - 1);
    expect(inputs.logits.dataSync().every(Number.isFinite)).toBe(true);
    expect(inputs.deltaTargets.dataSync().every(Number.isFinite)).toBe(true);
  });
});

test('the deltas decode to the predicted boxes', () => {
  const { anchors, deltas, boxes } = inputsOf(caseOf({ anchors: PER_IMAGE }));
  const decoded = deltaCoder().decode(anchors, deltas);
  expect(tf.max(tf.abs(tf.sub(decoded, boxes))).dataSync()[0]).toBeLessThan(0.01);
});

test('no image is an exact copy of another', () => {
  const { logits } = inputsOf(caseOf({ anchors: 5 * PER_IMAGE }));
  const values = logits.dataSync();
  const [first, fifth] = [
    values.subarray(0, 300),
    values.subarray(4 * PER_IMAGE * 3, 4 * PER_IMAGE * 3 + 300),
  ];
  expect(first).not.toEqual(fifth);
  for (const [i, value] of first.entries()) expect(Math.abs(value - fifth[i]!)).toBeLessThan(0.0011);
});
