import type { Samples, Task } from '@equipoise/core';
import { defaultTask, seededRandom } from '@equipoise/core';
import { tensor1d, tensor2d } from '@tensorflow/tfjs-core';

/** Samples of a batch as plain numbers. */
export interface Batch {
  readonly classes: number;
  readonly images: number;
  readonly logits: number[][];
  readonly labels: number[];
  readonly weights: number[];
  readonly image: number[];
  readonly groundTruth: number[];
  readonly deltas: number[][];
  readonly deltaTargets: number[][];
  readonly anchors: number[][];
}

export interface BatchOptions {
  readonly seed: number;
  readonly n: number;
  readonly classes: number;
  readonly images: number;
  readonly activation: Task['activation'];
  readonly positiveShare?: number;
  readonly ignoredShare?: number;
  /** Label weights from .5 to 1.5 instead of 1. */
  readonly weighted?: boolean;
  /** Deltas on a coarse grid, so that overlaps tie. */
  readonly ties?: boolean;
}

/** A batch drawn from a seed, in float32. Ground truths 3 b, 3 b + 1, 3 b + 2 lie in image b, each of one class. */
export function randomBatch(options: BatchOptions): Batch {
  const { seed, n, classes, images, activation, positiveShare = 0.4, ignoredShare = 0.1 } = options;
  const random = seededRandom(seed);
  const columns = activation === 'softmax' ? classes + 1 : classes;
  const rows = (width: number, scale: number): number[][] =>
    Array.from({ length: n }, () => [...random.normal(width)].map((value) => Math.fround(value * scale)));
  const grid = (row: number[]): number[] => row.map((value) => Math.round(value * 2) / 2);
  const image = Array.from({ length: n }, () => random.below(images));
  const classOf = Array.from({ length: 3 * images }, () => random.below(classes));
  const groundTruth = image.map((b) =>
    random.uniform(1)[0]! < positiveShare ? 3 * b + random.below(3) : -1,
  );
  const labels = groundTruth.map((truth) => {
    if (truth >= 0) return classOf[truth]!;
    return random.uniform(1)[0]! < ignoredShare ? -1 : classes;
  });
  const deltas = rows(4, 0.6);
  const deltaTargets = rows(4, 0.6);
  return {
    classes,
    images,
    logits: rows(columns, 1.5),
    labels,
    weights: labels.map(() => (options.weighted ? Math.fround(0.5 + random.uniform(1)[0]!) : 1)),
    image,
    groundTruth,
    deltas: options.ties ? deltas.map(grid) : deltas,
    deltaTargets: options.ties ? deltaTargets.map(() => [0, 0, 0, 0]) : deltaTargets,
    anchors: Array.from({ length: n }, () => {
      const [x, y, w, h] = [...random.uniform(4)].map((u) => Math.round(u * 40)) as [
        number,
        number,
        number,
        number,
      ];
      return options.ties ? [0, 0, 16, 16] : [x, y, x + 8 + w, y + 8 + h];
    }),
  };
}

/** The batch as tensors. */
export function samplesOf(batch: Batch, task: Partial<Task>): Samples {
  const n = batch.labels.length;
  const columns = batch.logits[0]?.length ?? 1;
  return {
    logits: tensor2d(batch.logits.flat(), [n, columns]),
    labels: tensor1d(batch.labels, 'int32'),
    weights: tensor1d(batch.weights),
    image: tensor1d(batch.image, 'int32'),
    imageCount: batch.images,
    groundTruth: tensor1d(batch.groundTruth, 'int32'),
    deltas: tensor2d(batch.deltas.flat(), [n, 4]),
    deltaTargets: tensor2d(batch.deltaTargets.flat(), [n, 4]),
    anchors: tensor2d(batch.anchors.flat(), [n, 4]),
    task: { ...defaultTask, ...task },
  };
}

/** Rows of a batch in another order. */
export function permuted(batch: Batch, order: readonly number[]): Batch {
  const pick = <T>(rows: readonly T[]): T[] => order.map((i) => rows[i]!);
  return {
    ...batch,
    logits: pick(batch.logits),
    labels: pick(batch.labels),
    weights: pick(batch.weights),
    image: pick(batch.image),
    groundTruth: pick(batch.groundTruth),
    deltas: pick(batch.deltas),
    deltaTargets: pick(batch.deltaTargets),
    anchors: pick(batch.anchors),
  };
}

/** Whether a sample of the batch is a positive. */
export function isPositive(batch: Batch, i: number): boolean {
  return batch.labels[i]! >= 0 && batch.labels[i]! < batch.classes && batch.weights[i]! > 0;
}
