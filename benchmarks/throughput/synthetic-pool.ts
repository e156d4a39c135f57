import type { AnchorPool } from './anchor-pool.ts';
import { gridAnchors, overlap, SIZE } from './grid-anchors.ts';
import { seededRandom } from './random-numbers.ts';
import type { Stage } from './row.ts';

const IMAGES = 4;
const TRUTHS = 18;

/**
 * Fitted to the predictions of the real detector that `anchor-pool.ts` reads (bccd3: focal loss, 4 images × 6,804 anchors, 14 to 23 objects
 * of 28 pixels an image; there 2.2 % positives and 3.5 % ignored), stage by stage: mean and standard deviation of the logits of background,
 * of a positive's own class and of its other classes; and the share of the way from anchor to truth that positives' boxes have gone
 * (mean IoU .59, .75, .78).
 */
const FITTED = {
  initial: { background: [-4.61, 0.12], own: [-4.57, 0.19], other: [-4.63, 0.18], gone: 0 },
  middle: { background: [-4.66, 1.39], own: [-0.77, 0.76], other: [-4.21, 1.16], gone: 0.45 },
  trained: { background: [-5.18, 1.58], own: [-0.4, 0.95], other: [-4.75, 1.4], gone: 0.52 },
} as const satisfies Record<Stage, object>;

/** Shares of the classes among the objects of bccd3, cumulated: 59, 4 and 9 of 72. */
const CLASSES = [0.82, 0.875];

/** Predictions with the statistics of a real detector's, where that is not at hand. */
export function syntheticPool(classes: number, stage: Stage): AnchorPool {
  const random = seededRandom(7);
  const normal = (mean: number, deviation: number): number =>
    mean + deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const { background, own, other, gone } = FITTED[stage];
  const columns = Math.min(classes, 3);
  const pool = emptyPool(columns, () => squares(random, () => normal(28, 4)));
  const classOf = Array.from({ length: IMAGES * TRUTHS }, () => {
    const at = random();
    return Math.min(columns - 1, CLASSES.filter((share) => at > share).length);
  });
  const perImage = pool.anchors.length / 4;
  for (let i = 0; i < pool.labels.length; i++) {
    const image = Math.floor(i / perImage);
    const { best, truth } = match(pool, image, i % perImage);
    pool.maxOverlaps[i] = best;
    pool.labels[i] = best >= 0.5 ? classOf[image * TRUTHS + truth]! : best >= 0.4 ? -2 : -1;
    const label = pool.labels[i]!;
    if (label >= 0) pool.groundTruth[i] = truth;
    for (let c = 0; c < columns; c++) {
      const [mean, deviation] = label < 0 ? background : label === c ? own : other;
      pool.logits[i * columns + c] = normal(mean, deviation);
    }
    for (let k = 0; k < 4; k++) {
      const anchor = pool.anchors[4 * (i % perImage) + k]!;
      const goal = label >= 0 ? pool.truths[image]![truth]![k]! : anchor;
      pool.boxes[4 * i + k] = anchor + gone * (goal - anchor) + normal(0, 0.5);
    }
  }
  return pool;
}

/** The worst case: probabilities uniform in (0, 1), 2 % positives anywhere, boxes anywhere. No detector gives such. */
export function uniformPool(classes: number): AnchorPool {
  const random = seededRandom(3);
  const columns = Math.min(classes, 3);
  const pool = emptyPool(columns, () => squares(random, () => 4 + 60 * random()));
  for (let i = 0; i < pool.logits.length; i++) {
    const p = 0.00005 + 0.9999 * random();
    pool.logits[i] = Math.log(p / (1 - p));
  }
  for (let i = 0; i < pool.labels.length; i++) {
    const positive = random() < 0.02;
    pool.labels[i] = positive ? Math.floor(random() * columns) : -1;
    if (positive) pool.groundTruth[i] = Math.floor(random() * TRUTHS);
    pool.maxOverlaps[i] = random();
    pool.boxes.set(square(random, 4 + 60 * random()), 4 * i);
  }
  return pool;
}

function emptyPool(classes: number, truths: () => number[][]): AnchorPool {
  const anchors = gridAnchors();
  const n = (IMAGES * anchors.length) / 4;
  return {
    classes,
    images: IMAGES,
    anchors,
    logits: new Float32Array(n * classes),
    boxes: new Float32Array(n * 4),
    labels: new Int8Array(n),
    groundTruth: new Uint8Array(n).fill(255),
    maxOverlaps: new Float32Array(n),
    truths: Array.from({ length: IMAGES }, truths),
  };
}

function squares(random: () => number, side: () => number): number[][] {
  return Array.from({ length: TRUTHS }, () => square(random, side()));
}

function square(random: () => number, side: number): number[] {
  const [x, y] = [random() * (SIZE.width - side), random() * (SIZE.height - side)];
  return [x, y, x + side, y + side];
}

function match({ anchors, truths }: AnchorPool, image: number, anchor: number) {
  let [best, truth] = [0, 0];
  for (const [j, box] of truths[image]!.entries()) {
    const iou = overlap(anchors, anchor, box, 0);
    if (iou > best) [best, truth] = [iou, j];
  }
  return { best, truth };
}
