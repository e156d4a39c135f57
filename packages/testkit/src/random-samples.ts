import type { Samples } from '@equipoise/core';
import { seededRandom } from '@equipoise/core';
import { tensor1d, tensor2d } from '@tensorflow/tfjs-core';

/** How {@link randomSamples} fills a batch. */
export interface RandomSamplesOptions {
  readonly seed: number;
  /** Samples. */
  readonly n: number;
  /** Foreground classes. */
  readonly classes: number;
  readonly images: number;
  /** Whether logits have a column for background. Default sigmoid: they have not. */
  readonly activation?: 'sigmoid' | 'softmax';
  /** Shares of the samples that are positive and ignored. Defaults .1 and .1. */
  readonly positiveShare?: number;
  readonly ignoredShare?: number;
  /** Standard deviation of the logits. Default 2. */
  readonly spread?: number;
}

/** A batch of samples with every field, drawn from a seed; the caller disposes it, or makes it in a tidy scope. */
export function randomSamples(options: RandomSamplesOptions): Required<Omit<Samples, 'task'>> {
  const { seed, n, classes, images, positiveShare = 0.1, ignoredShare = 0.1, spread = 2 } = options;
  const columns = options.activation === 'softmax' ? classes + 1 : classes;
  const random = seededRandom(seed);
  const labels = Int32Array.from(random.uniform(n), (u) => {
    if (u < positiveShare) return random.below(classes);
    return u < positiveShare + ignoredShare ? -1 : classes;
  });
  const normal = (count: number, scale: number): Float32Array =>
    random.normal(count).map((value) => value * scale);
  const corners = new Float32Array(n * 4);
  const drawn = random.uniform(n * 4);
  for (let i = 0; i < n; i++) {
    const [x, y, width, height] = [0, 1, 2, 3].map(
      (k) => drawn[4 * i + k]! * (k < 2 ? 100 : 40) + (k < 2 ? 0 : 4),
    ) as [number, number, number, number];
    corners.set([x, y, x + width, y + height], 4 * i);
  }
  const logits = normal(n * columns, spread);
  const image = Int32Array.from({ length: n }, () => random.below(images));
  return {
    logits: tensor2d(logits, [n, columns]),
    labels: tensor1d(labels, 'int32'),
    weights: tensor1d(new Float32Array(n).fill(1)),
    image: tensor1d(image, 'int32'),
    imageCount: images,
    groundTruth: tensor1d(
      labels.map((label, i) => (label >= 0 && label < classes ? 5 * image[i]! + random.below(5) : -1)),
      'int32',
    ),
    deltas: tensor2d(normal(n * 4, 0.5), [n, 4]),
    deltaTargets: tensor2d(normal(n * 4, 0.5), [n, 4]),
    anchors: tensor2d(corners, [n, 4]),
    // Positives from .5 to 1, all others below .5.
    maxOverlaps: tensor1d(
      random.uniform(n).map((u, i) => (labels[i]! >= 0 && labels[i]! < classes ? 0.5 + u / 2 : u / 2)),
    ),
    level: tensor1d(
      Int32Array.from({ length: n }, () => random.below(3)),
      'int32',
    ),
  };
}
