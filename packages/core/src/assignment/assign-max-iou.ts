import type { Tensor2D } from '@tensorflow/tfjs-core';
import { tidy } from '@tensorflow/tfjs-core';
import type { Given } from '../options.ts';
import type { Assignment } from './assigned-codes.ts';
import { assignedCodes, assignmentOf } from './assigned-codes.ts';
import type { MaxIouOptions } from './max-iou-options.ts';

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
  return tidy(() => assignmentOf(...assignedCodes(anchors, boxes, options, ignored)));
}
