import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { add, cast, maximum, minimum, tidy, zeros } from '@tensorflow/tfjs-core';
import { demandBoxes } from '../boxes/check-boxes.ts';
import { maxIouAssignment } from '../operations/max-iou-assignment.ts';
import type { Given } from '../options.ts';
import type { MaxIouOptions } from './max-iou-options.ts';
import { maxIouAttributes, maxIouOptions } from './max-iou-options.ts';

/** What each anchor is to learn. */
export type Assignment = {
  /** [n] int32: the index of the ground truth of a positive, else -1. */
  readonly groundTruth: Tensor1D;
  /** [n] int32: 1 positive, 0 negative, -1 ignored. */
  readonly state: Tensor1D;
  /** [n] the largest IoU of each anchor: 0 without ground truths, -1 in ignored regions. */
  readonly maxOverlaps: Tensor1D;
};

/**
 * Assigns a ground truth to each anchor by IoU:
 *
 * 1. best IoU ≥ `positiveIou`: positive, of the ground truth overlapped most (ties: the lower index);
 * 2. best IoU within `negativeIou`: negative; neither: ignored;
 * 3. with `matchLowQuality`, each ground truth in order takes the anchors that overlap it best, if by at least `minPositiveIou`,
 *    overwriting what they were;
 * 4. anchors in `ignored` regions are ignored before all this.
 *
 * Needs O(n + k) memory on the host, blocks of bounded size elsewhere. Four equal numbers are a ground truth that matches nothing (unless
 * a preset says otherwise), so boxes may be padded. No gradient flows.
 *
 * Defaults are RetinaNet's. RPN: .7, .3, minimum .3. R-CNN: .5, .5, no low-quality matches. SSD: .5, .5, `gtMaxAssignAll` false.
 *
 * Throws when boxes are not [·, 4] float32, or an option is unknown or out of range.
 *
 * Source: mmdet 3.3 `MaxIoUAssigner`; detectron2 and torchvision `Matcher` as presets.
 *
 * @param anchors - [n, 4] x1 y1 x2 y2, pixels
 * @param boxes - [k, 4] ground truths; k may be 0
 * @param ignored - [m, 4] regions whose anchors do not count, such as crowds
 */
export function assignMaxIou(
  anchors: Tensor2D,
  boxes: Tensor2D,
  options: Given<MaxIouOptions> = {},
  ignored?: Tensor2D,
): Assignment {
  demandBoxes('anchors', anchors);
  demandBoxes('boxes', boxes);
  if (ignored) demandBoxes('ignored', ignored);
  const attributes = maxIouAttributes(maxIouOptions(options), boxes.shape[0]);
  return tidy(() => {
    const [assigned, maxOverlaps] = maxIouAssignment(
      { anchors, boxes, ignored: ignored ?? zeros([0, 4]) },
      attributes,
    );
    // As float, exact far beyond any count of boxes: some backends lack int32 arithmetic.
    const code = cast<Tensor1D>(assigned, 'float32');
    return {
      groundTruth: cast(maximum<Tensor1D>(code, -1), 'int32'),
      state: cast(minimum<Tensor1D>(add(code, 1), 1), 'int32'),
      maxOverlaps,
    };
  });
}
