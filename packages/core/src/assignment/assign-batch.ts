import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  concat,
  expandDims,
  fill,
  gather,
  greaterEqual,
  maximum,
  tidy,
  tile,
  where,
} from '@tensorflow/tfjs-core';
import { demandBoxes, demandVector } from '../boxes/check-boxes.ts';
import type { DeltaCoder } from '../coding/delta-coder.ts';
import { deltaCoder } from '../coding/delta-coder.ts';
import { demand } from '../errors.ts';
import type { Given } from '../options.ts';
import { assignedLabels } from './assigned-labels.ts';
import { assignMaxIou } from './assign-max-iou.ts';
import type { MaxIouOptions } from './max-iou-options.ts';

/** What is to be found in one image. */
export interface ImageTruth {
  /** [k, 4] x1 y1 x2 y2, pixels; k may be 0. */
  readonly boxes: Tensor2D;
  /** [k] int32, 0…classCount-1. */
  readonly classes: Tensor1D;
  /** [m, 4] regions whose anchors do not count, such as crowds. */
  readonly ignored?: Tensor2D;
}

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
  readonly coder?: DeltaCoder;
  /** Options of `assignMaxIou`. */
  readonly assign?: Given<MaxIouOptions>;
}

/**
 * Assigns the ground truths of several images to the same anchors and gives all targets as `Samples` wants them:
 * `{ ...assignBatch(anchors, truths, { classCount }), logits, deltas }`.
 *
 * Throws when a tensor has another shape or dtype than stated, there is no image, or an option is unknown or out of range.
 *
 * @param anchors - [n, 4] x1 y1 x2 y2, pixels
 */
export function assignBatch(
  anchors: Tensor2D,
  truths: readonly ImageTruth[],
  { classCount, coder = deltaCoder(), assign = {} }: AssignBatchOptions,
): AssignedBatch {
  demandBoxes('anchors', anchors);
  demand(truths.length > 0, {
    package: 'core',
    subject: 'truths',
    expected: 'at least one image',
    actual: truths,
  });
  return tidy(() => {
    let offset = 0;
    const parts = truths.map((truth, image) => {
      const part = assignImage(anchors, truth, offset, image, classCount, assign);
      offset += truth.boxes.shape[0];
      return part;
    });
    const all = tile(anchors, [truths.length, 1]);
    const matched = concat(
      parts.map((part) => part.matched),
      0,
    );
    const vector = (field: 'labels' | 'groundTruth' | 'image' | 'maxOverlaps'): Tensor1D =>
      concat(parts.map((part) => part[field]));
    return {
      labels: vector('labels'),
      groundTruth: vector('groundTruth'),
      image: vector('image'),
      imageCount: truths.length,
      anchors: all,
      deltaTargets: coder.encode(all, matched),
      maxOverlaps: vector('maxOverlaps'),
    };
  });
}

interface ImagePart {
  readonly labels: Tensor1D;
  readonly groundTruth: Tensor1D;
  readonly image: Tensor1D;
  readonly maxOverlaps: Tensor1D;
  readonly matched: Tensor2D;
}

function assignImage(
  anchors: Tensor2D,
  { boxes, classes, ignored }: ImageTruth,
  offset: number,
  image: number,
  classCount: number,
  options: Given<MaxIouOptions>,
): ImagePart {
  demandBoxes('boxes', boxes);
  demandVector('classes', classes, boxes.shape[0], 'int32');
  const assignment = assignMaxIou(anchors, boxes, options, ignored);
  const own = cast<Tensor1D>(assignment.groundTruth, 'float32');
  const matches = greaterEqual<Tensor1D>(own, 0);
  const none = boxes.shape[0] === 0 || anchors.shape[0] === 0;
  return {
    labels: assignedLabels(assignment, classes, classCount),
    groundTruth: cast(where(matches, add(own, offset), own), 'int32') as Tensor1D,
    image: fill([anchors.shape[0]], image, 'int32'),
    maxOverlaps: assignment.maxOverlaps,
    matched: none
      ? anchors
      : where(expandDims(matches, 1), gather(boxes, cast(maximum<Tensor1D>(own, 0), 'int32')), anchors),
  };
}
