import { batchedNmsMask, clipBoxes, type DeltaCoder } from '@equipoise/core';
import {
  evaluateCoco,
  toOriginal,
  type CocoDetection,
  type CocoEvaluation,
  type Corners,
} from '@equipoise/coco';
import * as tf from '@tensorflow/tfjs-core';
import { imageTensor, type Normalisation } from './batches.ts';
import type { Detector } from './detector.ts';
import type { Scene, Scenes } from './scenes.ts';

const BATCH = 16;
const CANDIDATES = 200;
const LARGEST_OUTPUT = 100;

/** A box found, in the network's pixels. */
export interface Found {
  readonly box: Corners;
  readonly category: number;
  readonly score: number;
}

/** Finds objects in scenes: of each class the 200 best anchors, then NMS at IoU .5, at most 100 a class. */
export async function detect(
  model: Detector,
  scenes: readonly Scene[],
  all: Scenes,
  norm: Normalisation,
  coder: DeltaCoder,
): Promise<Found[][]> {
  const found: Found[][] = [];
  for (let start = 0; start < scenes.length; start += BATCH) {
    const batch = scenes.slice(start, start + BATCH);
    const tensors = tf.tidy(() => candidates(model, batch, all, norm, coder));
    for (const { boxes, scores, kept } of tensors) {
      const [box, score, keep] = await Promise.all([boxes.data(), scores.data(), kept.data()]);
      tf.dispose([boxes, scores, kept]);
      const perClass = score.length / all.categories.length;
      found.push(
        [...keep.keys()]
          .filter((i) => keep[i]! > 0)
          .map((i) => ({
            box: [box[4 * i]!, box[4 * i + 1]!, box[4 * i + 2]!, box[4 * i + 3]!] as const,
            category: Math.floor(i / perClass),
            score: score[i]!,
          })),
      );
    }
  }
  return found;
}

function candidates(
  model: Detector,
  batch: readonly Scene[],
  all: Scenes,
  norm: Normalisation,
  coder: DeltaCoder,
) {
  const images = imageTensor(
    batch.map((scene) => ({ scene, flip: 0 })),
    all,
    norm,
  );
  const { logits, deltas } = model.predict(images);
  const classes = all.categories.length;
  const anchors = model.anchorsPerImage;
  return batch.map((_, b) => {
    const own = tf.slice(logits, [b * anchors, 0], [anchors, classes]);
    const perClass = Math.min(CANDIDATES, anchors);
    const best = tf.topk(tf.transpose(own), perClass, true);
    const decoded = clipBoxes(
      coder.decode(model.anchors.anchors, tf.slice(deltas, [b * anchors, 0], [anchors, 4])),
      [all.height, all.width],
    );
    const boxes = tf.gather(decoded, tf.reshape(best.indices, [-1]));
    const scores = tf.sigmoid(tf.reshape(best.values, [-1])) as tf.Tensor1D;
    const group = tf.tensor1d(
      Int32Array.from({ length: classes * perClass }, (_, i) => Math.floor(i / perClass)),
      'int32',
    );
    const kept = batchedNmsMask(boxes, scores, group, {
      classCount: classes,
      iouThreshold: 0.5,
      maxPerClass: LARGEST_OUTPUT,
    });
    return { boxes, scores, kept };
  });
}

/** The COCO figures of a model on the scenes of the evaluation, in the original images' pixels. */
export async function evaluate(
  model: Detector,
  all: Scenes,
  norm: Normalisation,
  coder: DeltaCoder,
): Promise<CocoEvaluation> {
  const found = await detect(model, all.evaluation, all, norm, coder);
  const detections = all.evaluation.flatMap((scene, i): CocoDetection[] =>
    found[i]!.map(({ box, category, score }) => {
      const view = {
        scaleX: scene.scale[0],
        scaleY: scene.scale[1],
        offsetX: scene.offset[0],
        offsetY: scene.offset[1],
      };
      const [x1, y1, x2, y2] = toOriginal(box, view);
      return {
        image_id: scene.id,
        category_id: all.categories[category]!.id,
        bbox: [x1, y1, x2 - x1, y2 - y1],
        score,
      };
    }),
  );
  return evaluateCoco(all.groundTruth, detections);
}
