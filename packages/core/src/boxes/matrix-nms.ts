import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  div,
  exp,
  expandDims,
  lessEqual,
  max,
  min,
  minimum,
  mul,
  square,
  sub,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core';
import type { Given } from '../options.ts';
import { checkOptions, choiceOption, numberOption } from '../options.ts';
import { demandBoxes, demandVector } from './check-boxes.ts';
import { precedingOverlaps } from './precedence.ts';

/** Options of {@link matrixNms}. */
export interface MatrixNmsOptions {
  /** `gaussian` (default): f(u) = e^(−σ u²); `linear`: f(u) = 1 − u. */
  readonly kernel: 'gaussian' | 'linear';
  /** Steepness of the gaussian kernel. Default 2. */
  readonly sigma: number;
}

/**
 * Matrix NMS: the scores [n], in the order given, each decayed by the boxes of higher score of its class, in parallel:
 *
 *     score_j · min over i before j of f(IoU_ij) / f(max over k before i of IoU_ki)
 *
 * so that a box which is itself suppressed suppresses less. With the linear kernel a box that coincides with a better one suppresses none.
 * Holds n² numbers several times over: hand in the best few hundred. No gradient flows.
 *
 * Throws when a tensor has another shape or dtype than stated, or an option is unknown or out of range.
 *
 * Source: SOLOv2 (Wang et al. 2020) §3.3; mmdet 3.3 `mask_matrix_nms`, by IoU of boxes in place of masks.
 *
 * @param boxes - [n, 4] x1 y1 x2 y2, pixels
 * @param scores - [n]
 * @param classes - [n] int32; without it all are of one class
 */
export function matrixNms(
  boxes: Tensor2D,
  scores: Tensor1D,
  options: Given<MatrixNmsOptions> = {},
  classes?: Tensor1D,
): Tensor1D {
  const { kernel, sigma } = checkOptions<MatrixNmsOptions>(
    '@equipoise/core',
    { kernel: choiceOption(['gaussian', 'linear'], 'gaussian'), sigma: numberOption(2, { min: 0 }) },
    options,
  );
  demandBoxes('boxes', boxes);
  const count = boxes.shape[0];
  demandVector('scores', scores, count, 'float32');
  if (classes) demandVector('classes', classes, count, 'int32');
  if (count === 0) return zeros([0]);
  return tidy(() => {
    const iou = precedingOverlaps(boxes, scores, classes);
    const suppressed = expandDims<Tensor2D>(max<Tensor1D>(iou, 0), 1);
    const decay = kernel === 'gaussian' ? gaussian(iou, suppressed, sigma) : linear(iou, suppressed);
    return mul(scores, minimum<Tensor1D>(min(decay, 0), 1));
  });
}

function gaussian(iou: Tensor2D, suppressed: Tensor2D, sigma: number): Tensor2D {
  return exp(mul(sub(square(suppressed), square(iou)), sigma));
}

function linear(iou: Tensor2D, suppressed: Tensor2D): Tensor2D {
  const left = sub<Tensor2D>(1, suppressed);
  // Of a box that is suppressed whole nothing is left to suppress others.
  const whole = cast<Tensor2D>(lessEqual(left, 0), 'float32');
  return add(div(sub(1, iou), add(left, whole)), mul(whole, iou));
}
