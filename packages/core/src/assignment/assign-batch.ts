import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { add, cast, concat, gather, greaterEqual, mul, tensor1d, tidy, where } from '@tensorflow/tfjs-core';
import { demandBoxes, demandVector } from '../boxes/check-boxes.ts';
import type { BoxCoder } from '../coding/box-coder.ts';
import { deltaCoder } from '../coding/delta-coder.ts';
import { demand } from '../errors.ts';
import type { Given } from '../options.ts';
import { assignedLabels } from './assigned-labels.ts';
import type { Assignment } from './assigned-codes.ts';
import { assignMaxIou } from './assign-max-iou.ts';
import { assignmentOf, codesOf } from './assigned-codes.ts';
import type { ImageTruth } from './image-truth.ts';
import type { MaxIouOptions } from './max-iou-options.ts';

/** The targets of a batch, flattened over images: fields of `Samples`, and the overlaps. n anchors, B images. */
export type AssignedBatch = {
  /** [B·n] int32: 0…C-1 a class, C background, -1 ignored. */
  readonly labels: Tensor1D;
  /** [B·n] int32: the matched ground truth, counted over all images of the batch; -1 none. */
  readonly groundTruth: Tensor1D;
  /** [B·n] int32: which image. */
  readonly image: Tensor1D;
  readonly imageCount: number;
  /** [B·n, 4] the anchors of each image in turn. */
  readonly anchors: Tensor2D;
  /** [B·n, 4] encoded ground truths of positives; the anchor itself, encoded, elsewhere. */
  readonly deltaTargets: Tensor2D;
  /** [B·n] the largest IoU of each anchor with a ground truth of its image. */
  readonly maxOverlaps: Tensor1D;
};

/** How a batch is assigned. */
export interface AssignBatchOptions {
  readonly classCount: number;
  /** Default `deltaCoder()`. */
  readonly coder?: BoxCoder;
  /** Options of `assignMaxIou`; without an `assigner`. */
  readonly assign?: Given<MaxIouOptions>;
  /**
   * Another way to assign, image by image: `assignAtss`, or one that looks at the predictions for image i. Default: `assignMaxIou` with
   * the options `assign`.
   */
  readonly assigner?: Assigner;
}

/** Assigns the ground truths of the image of that index to the anchors [n, 4]. Its tensors are disposed by the caller's tidy scope. */
export type Assigner = (anchors: Tensor2D, truth: ImageTruth, image: number) => Assignment;

/**
 * Assigns the ground truths of several images to the same anchors and gives all targets as `Samples` wants them:
 * `{ ...assignBatch(anchors, truths, { classCount }), logits, deltas }`. With another assigner, such as task alignment:
 *
 *     assigner: (anchors, truth, i) => assignTaskAligned(anchors, { boxes: boxes[i], scores: scores[i] }, truth)
 *
 * Throws when a tensor has another shape or dtype than stated, there is no image, or an option is unknown or out of range.
 *
 * @param anchors - [n, 4] x1 y1 x2 y2, pixels
 * @example
 * import { assignBatch } from '@equipoise/core';
 * import { tensor1d, tensor2d } from '@tensorflow/tfjs-core';
 *
 * const anchors = tensor2d([[0, 0, 10, 10], [20, 20, 30, 30], [0, 0, 12, 12]]);
 * const truth = { boxes: tensor2d([[0, 0, 10, 11]]), classes: tensor1d([1], 'int32') };
 * const { labels } = assignBatch(anchors, [truth], { classCount: 3 });
 * console.log(labels.arraySync()); // → [1, 3, 1]
 */
export function assignBatch(
  anchors: Tensor2D,
  truths: readonly ImageTruth[],
  options: AssignBatchOptions,
): AssignedBatch {
  const { classCount, coder = deltaCoder(), assign = {} } = options;
  const { assigner = (_, { boxes, ignored }) => assignMaxIou(anchors, boxes, assign, ignored) } = options;
  demandBoxes('anchors', anchors);
  demand(truths.length > 0, {
    package: '@equipoise/core',
    subject: 'truths',
    expected: 'at least one image',
    actual: truths,
  });
  for (const { boxes, classes } of truths) {
    demandBoxes('boxes', boxes);
    demandVector('classes', classes, boxes.shape[0], 'int32');
  }
  return tidy(() => {
    const count = anchors.shape[0];
    const samples = plainVectors(truths, count);
    const image = tensor1d(samples.image, 'int32');
    const parts = truths.map((truth, i) => assigner(anchors, truth, i));
    const code = countedOverBatch(concat(parts.map(codesOf)), samples.before);
    const assignment = assignmentOf(code, concat(parts.map((part) => part.maxOverlaps)));
    const classes = concat(truths.map((truth) => truth.classes));
    const all = concat(
      truths.map(() => anchors),
      0,
    );
    // Rows to choose the box of each sample from: all ground truths, then the anchors themselves.
    const rows = concat([...truths.map((truth) => truth.boxes), anchors], 0);
    const row: Tensor1D = cast(where<Tensor1D>(greaterEqual(code, 0), code, tensor1d(samples.own)), 'int32');
    return {
      labels: assignedLabels(assignment, classes, classCount),
      groundTruth: assignment.groundTruth,
      image,
      imageCount: truths.length,
      anchors: all,
      deltaTargets: coder.encode(all, count === 0 ? all : gather(rows, row)),
      maxOverlaps: assignment.maxOverlaps,
    };
  });
}

/** What is known of each sample without looking at a tensor. */
interface PlainVectors {
  readonly image: Int32Array;
  /** How many ground truths the images before its own have. */
  readonly before: Float32Array;
  /** The row of its anchor behind all ground truths. */
  readonly own: Float32Array;
}

function plainVectors(truths: readonly ImageTruth[], count: number): PlainVectors {
  const size = truths.length * count;
  const [image, before, own] = [new Int32Array(size), new Float32Array(size), new Float32Array(size)];
  const total = truths.reduce((sum, { boxes }) => sum + boxes.shape[0], 0);
  let sum = 0;
  for (const [i, { boxes }] of truths.entries()) {
    image.fill(i, i * count, (i + 1) * count);
    before.fill(sum, i * count, (i + 1) * count);
    for (let j = 0; j < count; j += 1) own[i * count + j] = total + j;
    sum += boxes.shape[0];
  }
  return { image, before, own };
}

/** Numbers the ground truths of an image after those of the images before it. */
function countedOverBatch(code: Tensor1D, before: Float32Array): Tensor1D {
  return add(code, mul(tensor1d(before), cast(greaterEqual(code, 0), 'float32')));
}
