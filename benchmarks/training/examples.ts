import { criterion, defaultTask, type Samples } from '@equipoise/core';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import type { Normalisation, Pick } from './batches.ts';
import type { Detector } from './detector.ts';
import { detect } from './evaluate.ts';
import type { Box, ExampleImage } from './result.ts';
import type { AnyStrategy } from './roster.ts';
import type { Scene, Scenes } from './scenes.ts';

const SHOWN_IMAGES = 3;
const SHOWN_ANCHORS = 60;
const SHOWN_DETECTIONS = 40;

/** Some images of the evaluation, with what the model finds there and which anchors would carry weight. */
export async function examples(
  model: Detector,
  scenes: Scenes,
  norm: Normalisation,
  strategy: AnyStrategy,
  samplesOf: (batch: readonly Pick[]) => Samples,
  seed: number,
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
      anchors: await weightedAnchors(scene, model, strategy, samplesOf, scenes.categories.length, seed),
    });
  }
  return images;
}

async function weightedAnchors(
  scene: Scene,
  model: Detector,
  strategy: AnyStrategy,
  samplesOf: (batch: readonly Pick[]) => Samples,
  classes: number,
  seed: number,
): Promise<ExampleImage['anchors']> {
  const kept = tf.tidy(() => {
    const samples = samplesOf([{ scene, flip: 0 }]);
    const passing = criterion(strategy, defaultTask, { seed });
    const { classification } = passing.loss(samples).weights;
    passing.dispose();
    return [
      classification.rank === 2 ? tf.max(classification, 1) : tf.clone(classification),
      tf.clone(samples.labels),
    ];
  });
  const [weights, labels, anchors] = await Promise.all(
    [...kept, model.anchors.anchors].map((tensor) => tensor.data()),
  );
  tf.dispose(kept);
  const largest = Math.max(0, ...[...weights!].map(Number));
  if (largest === 0) return [];
  return [...weights!.keys()]
    .filter((i) => weights![i]! > 0)
    .toSorted((a, b) => weights![b]! - weights![a]! || a - b)
    .slice(0, SHOWN_ANCHORS)
    .map((i) => ({
      box: Array.from(anchors!.slice(4 * i, 4 * i + 4)) as unknown as Box,
      weight: weights![i]! / largest,
      positive: labels![i]! >= 0 && labels![i]! < classes,
    }));
}

async function dataUrl({ pixels }: Scene, { width, height }: Scenes): Promise<string> {
  const jpeg = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 80 })
    .toBuffer();
  return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
}
