import type { HardStrategy, Random, Samples, StrategyState } from '@equipoise/core';
import { seededRandom } from '@equipoise/core';
import * as tf from '@tensorflow/tfjs-core';

/** A batch in plain numbers: one entry a sample. */
export interface Scene {
  /** 0 positive, 1 background, -1 ignored: there is one class. */
  readonly labels: number[];
  readonly image: number[];
  readonly imageCount: number;
  readonly groundTruth: number[];
  readonly maxOverlaps: number[];
}

/** Draws a scene of n samples. */
export function randomScene(seed: number, n: number, imageCount: number, positiveShare = 0.3): Scene {
  const random = seededRandom(seed);
  const labels = Array.from(random.uniform(n), (u) => (u < positiveShare ? 0 : u < 0.9 ? 1 : -1));
  const image = labels.map(() => random.below(imageCount));
  const overlap = random.uniform(n);
  return {
    labels,
    image,
    imageCount,
    // Unique over the batch; the ground truths of an image differ much in how many samples they match.
    groundTruth: labels.map((label, i) =>
      label === 0 ? image[i]! * 10 + Math.floor(5 * random.uniform(1)[0]! ** 3) : -1,
    ),
    maxOverlaps: labels.map((label, i) => {
      if (label === 0) return 0.5 + overlap[i]! / 2;
      return i % 3 === 0 ? 0 : Math.fround(overlap[i]! / 2);
    }),
  };
}

export function samplesOf(scene: Scene): Samples {
  return {
    logits: tf.zeros<tf.Rank.R2>([scene.labels.length, 1]),
    labels: tf.tensor1d(scene.labels, 'int32'),
    image: tf.tensor1d(scene.image, 'int32'),
    imageCount: scene.imageCount,
    groundTruth: tf.tensor1d(scene.groundTruth, 'int32'),
    maxOverlaps: tf.tensor1d(scene.maxOverlaps),
  };
}

/** What a strategy chooses of a scene, as indices, and its next state. */
export async function choose<State extends StrategyState>(
  strategy: HardStrategy<State>,
  scene: Scene,
  seed: number | Random,
  state: State = strategy.init(),
): Promise<{ chosen: number[]; next: State }> {
  const [weights, next] = strategy.apply(
    samplesOf(scene),
    state,
    typeof seed === 'number' ? seededRandom(seed) : seed,
  );
  const kept = await weights.classification.data();
  return { chosen: [...kept.keys()].filter((i) => kept[i] === 1), next };
}

/** How often each key comes. */
export function countBy<T>(items: readonly T[], key: (item: T) => number): Map<number, number> {
  const counts = new Map<number, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}
