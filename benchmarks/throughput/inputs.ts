import type { Samples } from '@equipoise/core';
import * as tf from '@tensorflow/tfjs-core';
import { type AnchorPool, loadPool } from './anchor-pool.ts';
import { seededRandom } from './random-numbers.ts';
import type { Case } from './row.ts';
import { syntheticPool, uniformPool } from './synthetic-pool.ts';

/** The inputs of a case on the current backend: everything that a strategy may need. */
export type Inputs = Required<Omit<Samples, 'weights' | 'task'>> & {
  /** [n, 4] predicted boxes x1 y1 x2 y2, pixels. */
  readonly boxes: tf.Tensor2D;
  /** [k, 4] the ground truths of the pool's images. */
  readonly truths: tf.Tensor2D;
};

/** The same as plain arrays, row by row; for those who compute without tfjs. */
export interface InputArrays {
  readonly logits: Float32Array;
  readonly labels: Int32Array;
  readonly image: Int32Array;
  readonly imageCount: number;
  readonly level: Int32Array;
  readonly groundTruth: Int32Array;
  readonly deltas: Float32Array;
  readonly deltaTargets: Float32Array;
  readonly anchors: Float32Array;
  readonly maxOverlaps: Float32Array;
  readonly boxes: Float32Array;
  /** [images of the pool][objects] the ground truths that repeat from image to image. */
  readonly truths: readonly (readonly (readonly number[])[])[];
}

/** What inputs are to be like. */
export type InputFacts = Pick<Case, 'anchors' | 'classes' | 'source' | 'stage'>;

/** Standard deviations of the deltas, as the default coder has them. */
const DEVIATIONS = [0.1, 0.1, 0.2, 0.2];
/** A thousandth of a logit: so that no image is an exact copy of another. */
const JITTER = 1 / 1024;

/**
 * A pool's images again and again until there are n anchors, the last image in part: whole images keep the clusters about objects.
 * Classes beyond the pool's own are those of random background anchors; an image's objects move to a class of their own group of three.
 */
export function inputArraysOf({ anchors: n, classes, source, stage }: InputFacts): InputArrays {
  const pool = poolOf(source, classes, stage);
  const random = seededRandom(1);
  const perImage = pool.anchors.length / 4;
  const background = backgroundOf(pool);
  const columns = Math.min(pool.classes, classes);
  const groups = Math.floor(classes / columns);
  const imageCount = Math.ceil(n / perImage);
  const [logits, deltas, targets] = [classes, 4, 4].map((width) => new Float32Array(n * width));
  const [labels, image, level, truth] = [0, 0, 0, 0].map(() => new Int32Array(n));
  const [anchors, boxes] = [new Float32Array(n * 4), new Float32Array(n * 4)];
  const overlaps = new Float32Array(n);
  for (let at = 0, batch = 0; batch < imageCount; batch++) {
    const here = batch % pool.images;
    const group = columns * Math.floor(random() * groups);
    for (const anchor of someOf(perImage, Math.min(perImage, n - at), random)) {
      const i = here * perImage + anchor;
      const label = pool.labels[i]!;
      for (let c = 0; c < classes; c++) {
        const own = c >= group && c < group + columns;
        const place = own
          ? i * pool.classes + (c - group)
          : background[Math.floor(random() * background.length)]! * pool.classes + (c % columns);
        logits![at * classes + c] = pool.logits[place]! + JITTER * (random() - 0.5);
      }
      labels![at] = label === -2 ? -1 : label === -1 || label >= columns ? classes : label + group;
      image![at] = batch;
      level![at] = levelOf(anchor);
      truth![at] = pool.groundTruth[i] === 255 ? -1 : batch * 255 + pool.groundTruth[i]!;
      overlaps[at] = pool.maxOverlaps[i]!;
      const box = pool.anchors.subarray(4 * anchor, 4 * anchor + 4);
      const predicted = pool.boxes.subarray(4 * i, 4 * i + 4);
      anchors.set(box, 4 * at);
      boxes.set(predicted, 4 * at);
      deltas!.set(encode(predicted, box), 4 * at);
      if (truth![at]! >= 0) targets!.set(encode(pool.truths[here]![pool.groundTruth[i]!]!, box), 4 * at);
      at++;
    }
  }
  return {
    logits: logits!,
    labels: labels!,
    image: image!,
    imageCount,
    level: level!,
    groundTruth: truth!,
    deltas: deltas!,
    deltaTargets: targets!,
    anchors,
    maxOverlaps: overlaps,
    boxes,
    truths: pool.truths,
  };
}

/** {@link inputArraysOf} as tensors. */
export function inputsOf(facts: InputFacts): Inputs {
  const { anchors: n, classes } = facts;
  const arrays = inputArraysOf(facts);
  return {
    logits: tf.tensor2d(arrays.logits, [n, classes]),
    labels: tf.tensor1d(arrays.labels, 'int32'),
    image: tf.tensor1d(arrays.image, 'int32'),
    imageCount: arrays.imageCount,
    level: tf.tensor1d(arrays.level, 'int32'),
    groundTruth: tf.tensor1d(arrays.groundTruth, 'int32'),
    deltas: tf.tensor2d(arrays.deltas, [n, 4]),
    deltaTargets: tf.tensor2d(arrays.deltaTargets, [n, 4]),
    anchors: tf.tensor2d(arrays.anchors, [n, 4]),
    maxOverlaps: tf.tensor1d(arrays.maxOverlaps),
    boxes: tf.tensor2d(arrays.boxes, [n, 4]),
    truths: tf.tensor2d(arrays.truths.flat(2), [arrays.truths.flat().length, 4]),
  };
}

function poolOf(source: Case['source'], classes: number, stage: Case['stage']): AnchorPool {
  if (source === 'pool') return loadPool(classes, stage);
  return source === 'synthetic' ? syntheticPool(classes, stage) : uniformPool(classes);
}

function backgroundOf({ labels }: AnchorPool): number[] {
  return [...labels.keys()].filter((i) => labels[i] === -1);
}

/** `count` of the numbers below n, in order if all are taken. */
function someOf(n: number, count: number, random: () => number): number[] {
  const all = Array.from({ length: n }, (_, i) => i);
  if (count === n) return all;
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(random() * (n - i));
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all.slice(0, count);
}

/** Where the anchors of the second and third level begin. */
const LEVEL_STARTS = [3 * 48 * 36, 3 * (48 * 36 + 24 * 18)];

function levelOf(anchor: number): number {
  return LEVEL_STARTS.filter((start) => anchor >= start).length;
}

function encode(box: ArrayLike<number>, anchor: ArrayLike<number>): number[] {
  const size = (of: ArrayLike<number>, k: number): number => Math.max(of[k + 2]! - of[k]!, 1);
  const centre = (of: ArrayLike<number>, k: number): number => (of[k]! + of[k + 2]!) / 2;
  return DEVIATIONS.map((deviation, k) => {
    const side = k % 2;
    const raw =
      k < 2
        ? (centre(box, side) - centre(anchor, side)) / size(anchor, side)
        : Math.log(size(box, side) / size(anchor, side));
    return raw / deviation;
  });
}
