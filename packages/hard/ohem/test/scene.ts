import type { Samples, Task } from '@equipoise/core';
import { defaultTask, l1, seededRandom } from '@equipoise/core';
import * as tf from '@tensorflow/tfjs-core';

export const CLASSES = 2;
/** Deltas are differences of corners in units of 10 pixels, so that the oracle decodes in one line; ℓ1 box loss. */
export const TASK: Task = {
  ...defaultTask,
  boxLoss: l1(),
  coder: {
    ...defaultTask.coder,
    decode: (anchors, deltas) => tf.add(anchors, tf.mul(deltas, 10)),
  },
};

/** RoIs of a batch in plain numbers. */
export interface Scene {
  readonly logits: number[][];
  readonly labels: number[];
  readonly weights: number[];
  readonly image: number[];
  readonly images: number;
  readonly anchors: number[][];
  readonly deltas: number[][];
  readonly targets: number[][];
}

/** n RoIs over a few places of an image of 30 × 30, so that many overlap. */
export function randomScene(seed: number, n: number, positiveShare = 0.3): Scene {
  const random = seededRandom(seed);
  const labels = Array.from(random.uniform(n), (u) => {
    if (u < positiveShare) return random.below(CLASSES);
    return u < 0.9 ? CLASSES : -1;
  });
  const rows = (scale: number) => labels.map(() => [...random.normal(4)].map((u) => Math.fround(u * scale)));
  return {
    labels,
    logits: labels.map(() => [...random.normal(CLASSES)].map((u) => Math.fround(2 * u))),
    weights: Array.from(random.uniform(n), (u) => (u < 0.15 ? 0 : 1)),
    image: labels.map(() => random.below(2)),
    images: 2,
    anchors: labels.map(() => {
      const [x, y] = [random.below(12), random.below(12)];
      return [x, y, x + 10 + random.below(8), y + 10 + random.below(8)];
    }),
    deltas: rows(0.2),
    targets: rows(0.2),
  };
}

export function samplesOf(scene: Scene): Samples {
  return {
    logits: tf.tensor2d(scene.logits),
    labels: tf.tensor1d(scene.labels, 'int32'),
    weights: tf.tensor1d(scene.weights),
    image: tf.tensor1d(scene.image, 'int32'),
    imageCount: scene.images,
    anchors: tf.tensor2d(scene.anchors),
    deltas: tf.tensor2d(scene.deltas),
    deltaTargets: tf.tensor2d(scene.targets),
    task: TASK,
  };
}

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

export const isPositive = (scene: Scene, i: number): boolean =>
  scene.weights[i]! > 0 && scene.labels[i]! >= 0 && scene.labels[i]! < CLASSES;
export const isNegative = (scene: Scene, i: number): boolean =>
  scene.weights[i]! > 0 && scene.labels[i] === CLASSES;

/** Sigmoid cross-entropy, summed over the classes, in double precision. */
export function classificationLoss(scene: Scene, i: number): number {
  return scene.logits[i]!.reduce((sum, z, c) => sum + softplus(scene.labels[i] === c ? -z : z), 0);
}

export function boxLoss(scene: Scene, i: number): number {
  if (!isPositive(scene, i)) return 0;
  return scene.deltas[i]!.reduce((sum, d, k) => sum + Math.abs(d - scene.targets[i]![k]!), 0);
}

export function iou(a: readonly number[], b: readonly number[], offset: number): number {
  const side = (low: number, high: number) => Math.max(0, high - low + offset);
  const inter =
    side(Math.max(a[0]!, b[0]!), Math.min(a[2]!, b[2]!)) *
    side(Math.max(a[1]!, b[1]!), Math.min(a[3]!, b[3]!));
  const area = (c: readonly number[]) => side(c[0]!, c[2]!) * side(c[1]!, c[3]!);
  return inter / (area(a) + area(b) - inter);
}
