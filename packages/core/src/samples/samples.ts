import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { Task } from './task.ts';

/**
 * Every anchor or RoI of one batch, flattened over images and pyramid levels: `n` samples, `C` foreground classes.
 * Borrowed: strategies read these tensors and never dispose them.
 */
export interface Samples {
  /** What the network says of each sample: [n, C] with sigmoid activation, [n, C+1] with softmax (background last). */
  readonly logits: Tensor2D;
  /** [n] int32: 0…C-1 a class, C background, -1 ignored. */
  readonly labels: Tensor1D;
  /** [n] label weights ≥ 0; default 1. A sample of weight 0 is ignored. */
  readonly weights?: Tensor1D;
  /** [n] int32: which image of the batch, 0…imageCount-1; default one image. */
  readonly image?: Tensor1D;
  /** How many images the batch holds, known without reading `image`. Must be given with it. */
  readonly imageCount?: number;
  /** [n] int32: which pyramid level. */
  readonly level?: Tensor1D;
  /** [n] int32: the matched ground truth, unique over the batch; -1 none. */
  readonly groundTruth?: Tensor1D;
  /** [n, 4] predicted box deltas, as the task's coder encodes them. */
  readonly deltas?: Tensor2D;
  /** [n, 4] the deltas that would be right; rows of samples that are no positives are not read. */
  readonly deltaTargets?: Tensor2D;
  /** [n, 4] x1 y1 x2 y2 in pixels. */
  readonly anchors?: Tensor2D;
  /** [n] IoU with the best ground truth of the image, whatever the label. */
  readonly maxOverlaps?: Tensor1D;
  /** What is to be learned from these samples; default {@link defaultTask}. */
  readonly task?: Task;
}

/** The tensors of {@link Samples}, by name. */
export type SampleField =
  | 'logits'
  | 'labels'
  | 'weights'
  | 'image'
  | 'level'
  | 'groundTruth'
  | 'deltas'
  | 'deltaTargets'
  | 'anchors'
  | 'maxOverlaps';
