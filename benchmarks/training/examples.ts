import { defaultTask, type Criterion, type Samples } from '@equipoise/core';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import type { Normalisation, Pick } from './batches.ts';
import type { Detector } from './detector.ts';
import { detect } from './evaluate.ts';
import type { Box, ExampleImage } from './result.ts';
import type { Scene, Scenes } from './scenes.ts';

const SHOWN_IMAGES = 3;
const SHOWN_ANCHORS = 60;
const SHOWN_POSITIVES = 24;
const SHOWN_DETECTIONS = 40;

/** Some images of the evaluation, with what the model finds there and which anchors would carry weight. */
export async function examples(
  model: Detector,
  scenes: Scenes,
  norm: Normalisation,
  samplesOf: (batch: readonly Pick[]) => Samples,
  passing: Criterion,
): Promise<ExampleImage[]> {
  const withBoxes = scenes.evaluation.filter(({ boxes }) => boxes.length > 0);
  const stride = Math.max(1, Math.floor(withBoxes.length / SHOWN_IMAGES));
  const shown = withBoxes.filter((_, i) => i % stride === 0).slice(0, SHOWN_IMAGES);
  const found = await detect(model, shown, scenes, norm, defaultTask.coder);
  const name = (category: number): string => scenes.categories[category]!.name;
  const images: ExampleImage[] = [];
  for (const [i, scene] of shown.entries()) {
    images.push({
      file: scene.name,
      width: scenes.width,
      height: scenes.height,
      source: await dataUrl(scene, scenes),
      groundTruth: scene.boxes.map((box, k) => ({ box, category: name(scene.classes[k]!) })),
      detections: found[i]!.toSorted((a, b) => b.score - a.score)
        .slice(0, SHOWN_DETECTIONS)
        .map(({ box, category, score }) => ({ box, category: name(category), score })),
      anchors: await weightedAnchors(scene, model, samplesOf, passing, scenes.categories.length),
    });
  }
  passing.dispose();
  return images;
}

async function weightedAnchors(
  scene: Scene,
  model: Detector,
  samplesOf: (batch: readonly Pick[]) => Samples,
  passing: Criterion,
  classes: number,
): Promise<ExampleImage['anchors']> {
  const kept = tf.tidy(() => {
    const samples = samplesOf([{ scene, flip: 0 }]);
    const { classification } = passing.loss(samples).weights;
    return [
      classification.rank === 2 ? tf.max(classification, 1) : tf.clone(classification),
      tf.clone(samples.labels),
    ];
  });
  const [weights, labels, anchors] = await Promise.all(
    [...kept, model.anchors.anchors].map((tensor) => tensor.data()),
  );
  tf.dispose(kept);
  let largest = 0;
  for (const weight of weights!) largest = Math.max(largest, weight);
  if (largest === 0) return [];
  const isPositive = (i: number): boolean => labels![i]! >= 0 && labels![i]! < classes;
  const carrying = [...weights!.keys()].filter((i) => weights![i]! > 0);
  // Both kinds are shown, so that positives are not lost among the many negatives of equal weight.
  const positives = heaviest(carrying.filter(isPositive), weights!, SHOWN_POSITIVES);
  const negatives = heaviest(
    carrying.filter((i) => !isPositive(i)),
    weights!,
    SHOWN_ANCHORS - positives.length,
  );
  return [...positives, ...negatives].map((i) => ({
    box: Array.from(anchors!.slice(4 * i, 4 * i + 4)) as unknown as Box,
    weight: weights![i]! / largest,
    positive: isPositive(i),
  }));
}

/** The candidates of the largest weights. Of those that tie for the last places, some from all over the image, not the first rows. */
export function heaviest(candidates: readonly number[], weights: ArrayLike<number>, count: number): number[] {
  const order = candidates.toSorted((a, b) => weights[b]! - weights[a]! || a - b);
  if (order.length <= count) return order;
  const last = weights[order[count - 1]!]!;
  const above = order.filter((i) => weights[i]! > last);
  const tied = order.filter((i) => weights[i] === last);
  const places = count - above.length;
  return [
    ...above,
    ...Array.from({ length: places }, (_, k) => tied[Math.floor(((k + 0.5) * tied.length) / places)]!),
  ];
}

async function dataUrl({ pixels }: Scene, { width, height }: Scenes): Promise<string> {
  const jpeg = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 80 })
    .toBuffer();
  return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
}
