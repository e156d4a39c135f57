import { gradientAgrees } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  balancedL1,
  criterion,
  detach,
  giouLoss,
  l1,
  labelWeights,
  smoothL1,
  weightsOfAll,
  type BoxLoss,
  type Normalizer,
  type Samples,
  type SampleWeights,
  type SoftStrategy,
} from '../../src/index.ts';
import { onEachBackend } from '../boxes/support.ts';
import { COORDINATE_LOSSES, decode, giou, sigmoidEntries, softmaxEntries } from './oracle.ts';

const CLASSES = 3;
// Every kind: positives, one of them of label weight 0, a negative, an ignored sample, a half and a double weight.
const LABELS = [0, 3, 2, -1, 1, 3];
const WEIGHTS = [1, 0.5, 2, 1, 0, 1];
const TARGETS = [
  [0.3, -0.2, 0.1, 0.4],
  [9, 9, 9, 9],
  [-0.5, 0.25, 0.35, -0.15],
  [9, 9, 9, 9],
  [9, 9, 9, 9],
  [9, 9, 9, 9],
];
const ANCHORS = LABELS.map((_, i) => [3 * i, 2 * i, 3 * i + 12, 2 * i + 20]);
const DELTAS = LABELS.flatMap((_, i) => [0.32 + i / 7, -1.4 + i / 5, 0.6 - i / 9, 0.2 + i / 8]);
const logitsOf = (columns: number): number[] =>
  Array.from({ length: LABELS.length * columns }, (_, i) => 4 * Math.sin(1.7 * i + 1));

const counts = LABELS.map((label, i) => (label === -1 ? 0 : WEIGHTS[i]!));
const isPositive = LABELS.map((label, i) => label >= 0 && label < CLASSES && WEIGHTS[i]! > 0);
const positiveCount = isPositive.filter(Boolean).length;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const NORMALIZERS: Readonly<Record<Normalizer, number>> = {
  mean: sum(counts),
  selected: sum(counts),
  positives: positiveCount,
  sum: 1,
};

const BOX_LOSSES: readonly [BoxLoss, (deltas: readonly number[], i: number) => number][] = [
  [smoothL1(), (d, i) => sum(d.map((x, k) => COORDINATE_LOSSES.smoothL1(x - TARGETS[i]![k]!)))],
  [smoothL1({ beta: 1 }), (d, i) => sum(d.map((x, k) => COORDINATE_LOSSES.smoothL1(x - TARGETS[i]![k]!, 1)))],
  [l1(), (d, i) => sum(d.map((x, k) => COORDINATE_LOSSES.l1(x - TARGETS[i]![k]!)))],
  [balancedL1(), (d, i) => sum(d.map((x, k) => COORDINATE_LOSSES.balancedL1(x - TARGETS[i]![k]!)))],
  [giouLoss(), (d, i) => giou(decode(ANCHORS[i]!, d), decode(ANCHORS[i]!, TARGETS[i]!))],
];

const expectGradient = (...given: Parameters<typeof gradientAgrees>): Promise<void> =>
  expect(gradientAgrees(...given)).resolves.toBeUndefined();

type Weigh = (samples: Samples, plain: SampleWeights) => tf.Tensor;

/** All samples train, under weights made of the plain ones. */
function strategyOf(normalizer: Normalizer, weigh: Weigh = (_, plain) => plain.classification): SoftStrategy {
  return {
    kind: 'soft',
    name: 'test',
    options: {},
    needs: [],
    init() {},
    apply(samples) {
      const plain = weightsOfAll(samples, normalizer);
      return [{ ...plain, classification: weigh(samples, plain) }, undefined];
    },
  };
}

/** The criterion's total, as a function of all logits and then all deltas. */
function totalOf(columns: number, steps: ReturnType<typeof criterion>): (x: tf.Tensor) => tf.Scalar {
  const n = LABELS.length;
  return (x) =>
    steps.loss({
      logits: tf.reshape(tf.slice(x, 0, n * columns), [n, columns]),
      deltas: tf.reshape(tf.slice(x, n * columns, n * 4), [n, 4]),
      deltaTargets: tf.tensor2d(TARGETS),
      anchors: tf.tensor2d(ANCHORS, [n, 4], 'float32'),
      labels: tf.tensor1d(LABELS, 'int32'),
      weights: tf.tensor1d(WEIGHTS),
    }).total;
}

/** Splits what {@link totalOf} takes into rows. */
function rowsOf(x: readonly number[], columns: number): { logits: number[][]; deltas: number[][] } {
  const split = LABELS.length * columns;
  return {
    logits: LABELS.map((_, i) => x.slice(i * columns, (i + 1) * columns)),
    deltas: LABELS.map((_, i) => x.slice(split + 4 * i, split + 4 * i + 4)),
  };
}

onEachBackend(() => {
  describe.each(['sigmoid', 'softmax'] as const)('the gradient of the criterion with %s', (activation) => {
    const columns = activation === 'softmax' ? CLASSES + 1 : CLASSES;
    const entries = activation === 'softmax' ? softmaxEntries : sigmoidEntries;
    const at = [...logitsOf(columns), ...DELTAS];
    const boxTerm = (deltas: number[][], box: (typeof BOX_LOSSES)[number][1]): number =>
      sum(deltas.map((d, i) => (isPositive[i] ? WEIGHTS[i]! * box(d, i) : 0))) / positiveCount;

    test.each(BOX_LOSSES)('and $name', async (boxLoss, box) => {
      const steps = criterion(strategyOf('mean'), { activation, boxLoss }, { boxWeight: 0.7 });
      await expectGradient(
        totalOf(columns, steps),
        (x) => {
          const { logits, deltas } = rowsOf(x, columns);
          const losses = logits.map((z, i) => counts[i]! * sum(entries(z, LABELS[i]!)));
          return sum(losses) / NORMALIZERS.mean + 0.7 * boxTerm(deltas, box);
        },
        at,
        { near: { relative: 2e-4, absolute: 2e-6 } },
      );
    });

    test.each(['mean', 'positives', 'selected', 'sum'] as const)('divided by %s', async (normalizer) => {
      const steps = criterion(strategyOf(normalizer), { activation }, { boxWeight: 0 });
      await expectGradient(
        totalOf(columns, steps),
        (x) => {
          const losses = rowsOf(x, columns).logits.map((z, i) => counts[i]! * sum(entries(z, LABELS[i]!)));
          return sum(losses) / NORMALIZERS[normalizer];
        },
        at,
      );
    });

    /** A factor that depends on the first logit, of each sample. */
    const factorOf = (samples: Samples): tf.Tensor =>
      tf.mul(labelWeights(samples), tf.sigmoid(tf.squeeze(tf.slice(samples.logits, [0, 0], [-1, 1]), [1])));
    const plainFactor = (logits: readonly number[]): number => 1 / (1 + Math.exp(-logits[0]!));
    const weightedBy = (factors: readonly number[], logits: number[][]): number =>
      sum(logits.map((z, i) => counts[i]! * factors[i]! * sum(entries(z, LABELS[i]!)))) / NORMALIZERS.mean;

    test('reaches weights that carry one', async () => {
      const steps = criterion(strategyOf('mean', factorOf), { activation }, { boxWeight: 0 });
      await expectGradient(
        totalOf(columns, steps),
        (x) => {
          const { logits } = rowsOf(x, columns);
          return weightedBy(logits.map(plainFactor), logits);
        },
        at,
      );
    });

    test('does not reach detached weights', async () => {
      const detached = strategyOf('mean', (samples) => detach(factorOf(samples)));
      const steps = criterion(detached, { activation }, { boxWeight: 0 });
      const fixed = rowsOf(at, columns).logits.map(plainFactor);
      await expectGradient(totalOf(columns, steps), (x) => weightedBy(fixed, rowsOf(x, columns).logits), at);
    });

    test('with a weight for each entry', async () => {
      const perEntry: Weigh = (samples) =>
        tf.mul(
          tf.expandDims(labelWeights(samples), 1),
          tf.tensor2d(LABELS.map((_, i) => Array.from({ length: CLASSES }, (_, c) => 1 + i + c / 4))),
        );
      if (activation === 'softmax') return;
      const steps = criterion(strategyOf('mean', perEntry), { activation }, { boxWeight: 0 });
      await expectGradient(
        totalOf(columns, steps),
        (x) => {
          const losses = rowsOf(x, columns).logits.map((z, i) =>
            sum(entries(z, LABELS[i]!).map((loss, c) => counts[i]! * (1 + i + c / 4) * loss)),
          );
          return sum(losses) / NORMALIZERS.mean;
        },
        at,
      );
    });
  });
});
