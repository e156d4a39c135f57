import type { Random } from '@equipoise/core';
import type { Corners } from '@equipoise/coco';
import * as tf from '@tensorflow/tfjs-core';
import type { Scene, Scenes } from './scenes.ts';

/** Mean and standard deviation of each channel over the training images, in bytes. */
export interface Normalisation {
  readonly mean: readonly number[];
  readonly sd: readonly number[];
}

/** The channels of the training images. */
export function normalisation({ train }: Scenes): Normalisation {
  const sums = [0, 0, 0];
  const squares = [0, 0, 0];
  let count = 0;
  for (const { pixels } of train) {
    for (let i = 0; i < pixels.length; i++) {
      sums[i % 3]! += pixels[i]!;
      squares[i % 3]! += pixels[i]! ** 2;
    }
    count += pixels.length / 3;
  }
  const mean = sums.map((sum) => sum / count);
  return { mean, sd: squares.map((square, c) => Math.max(1, Math.sqrt(square / count - mean[c]! ** 2))) };
}

/** A flip: bit 0 left-right, bit 1 up-down. */
export interface Pick {
  readonly scene: Scene;
  readonly flip: number;
}

/**
 * Endless batches: every image once an epoch, in an order and with flips from the generator.
 *
 * @yields the images of the next batch
 */
export function* picks(
  scenes: readonly Scene[],
  batch: number,
  flips: boolean,
  random: Random,
): Generator<Pick[], never, void> {
  const order: number[] = [];
  for (;;) {
    while (order.length < batch) order.push(...random.permutation(scenes.length));
    yield order
      .splice(0, batch)
      .map((index) => ({ scene: scenes[index]!, flip: flips ? random.below(4) : 0 }));
  }
}

/** [B, height, width, 3] normalised pixels. */
export function imageTensor(
  batch: readonly Pick[],
  { width, height }: Scenes,
  { mean, sd }: Normalisation,
): tf.Tensor4D {
  const values = new Float32Array(batch.length * height * width * 3);
  batch.forEach(({ scene: { pixels }, flip }, b) => {
    for (let y = 0; y < height; y++) {
      const row = flip & 2 ? height - 1 - y : y;
      for (let x = 0; x < width; x++) {
        const from = (row * width + (flip & 1 ? width - 1 - x : x)) * 3;
        const to = ((b * height + y) * width + x) * 3;
        for (let c = 0; c < 3; c++) values[to + c] = (pixels[from + c]! - mean[c]!) / sd[c]!;
      }
    }
  });
  return tf.tensor4d(values, [batch.length, height, width, 3]);
}

/** The boxes of a batch as {@link assignBatch} takes them. */
export function truths(
  batch: readonly Pick[],
  size: Scenes,
): { boxes: tf.Tensor2D; classes: tf.Tensor1D; ignored: tf.Tensor2D }[] {
  return batch.map(({ scene, flip }) => ({
    boxes: boxTensor(scene.boxes, flip, size),
    classes: tf.tensor1d([...scene.classes], 'int32'),
    ignored: boxTensor(scene.ignored, flip, size),
  }));
}

function boxTensor(boxes: readonly Corners[], flip: number, { width, height }: Scenes): tf.Tensor2D {
  const flipped = boxes.flatMap(([x1, y1, x2, y2]) => [
    flip & 1 ? width - x2 : x1,
    flip & 2 ? height - y2 : y1,
    flip & 1 ? width - x1 : x2,
    flip & 2 ? height - y1 : y2,
  ]);
  return tf.tensor2d(flipped, [boxes.length, 4]);
}
