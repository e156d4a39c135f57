import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { cast, greater, max, mul, tidy } from '@tensorflow/tfjs-core';
import { simOtaAssignment } from '../operations/sim-ota-assignment.ts';
import type { Given, OptionSpecs } from '../options.ts';
import { checkOptions, choiceOption, numberOption } from '../options.ts';
import type { Assignment } from './assigned-codes.ts';
import { assignmentOf } from './assigned-codes.ts';
import { IGNORE_IOF, demandCandidates, mmdetOverlaps, overlapsAndEligible } from './candidates.ts';
import type { ImageTruth, Predictions } from './image-truth.ts';

/** Whose SimOTA it is. */
export type SimOtaPreset = 'corrected' | 'mmdet' | 'yolox';

/** Options of {@link assignSimOta}. */
export interface SimOtaOptions {
  /**
   * - `corrected` (default): as mmdet, but ground truths without area match nothing, so that boxes may be padded, ignored regions count, and
   *   `maxOverlaps` is the largest IoU of each anchor with any ground truth, -1 in ignored regions;
   * - `mmdet`: `SimOTAAssigner` 3.3, whose `maxOverlaps` is the IoU of the prediction with the assigned ground truth, -1e5 where there is
   *   none; equal costs fall as in `torch.topk` on the CPU (on WebGPU to the lower index);
   * - `yolox`: YOLOX as it is now: candidates lie in centre regions of 1.5 strides only, and a penalty of 1e6 for those of others. Hand in
   *   √(class · objectness) as scores. Otherwise as `corrected`.
   */
  readonly preset: SimOtaPreset;
  /** Half the side of the region round the centre of a ground truth, in strides. Default 2.5; 1.5 with preset `yolox`. */
  readonly centreRadius: number;
  /** How many of the largest IoUs are summed to see how many anchors a ground truth takes. Default 10. */
  readonly candidateTopK: number;
  /** Weight of −ln IoU in the cost. Default 3. */
  readonly iouWeight: number;
  /** Weight of the cross-entropy in the cost. Default 1. */
  readonly classWeight: number;
  /** As of `assignMaxIou`, by the cells; ≤ 0 switches ignored regions off. Default .5. */
  readonly ignoreIofThreshold: number;
}

/** An {@link Assignment}, and how good each match is. */
export type SimOtaAssignment = Assignment & {
  /** [n] IoU of the predicted box of each positive with its ground truth, -1 elsewhere. */
  readonly matchedOverlaps: Tensor1D;
};

/**
 * SimOTA. Candidates are the cells whose centre lies in a ground truth, or within `centreRadius` strides of the centre of one. A candidate
 * costs a ground truth
 *
 *     classWeight · BCE(scores, its class), summed over classes + iouWeight · −ln(IoU + 1e-7) + 1e5 if not both in it and near its centre
 *
 * Each ground truth takes the k that cost it least (ties: the lower index), with k the whole part of the sum of its `candidateTopK` largest
 * IoUs, at least 1. A candidate that several take goes to the ground truth, of all, that it costs least. IoUs are those of predicted boxes.
 * Costs are float32, as in the references, where the penalty rounds them to 1/128.
 *
 * Throws when tensors have other shapes than stated, or an option is unknown or out of range. No gradient flows.
 *
 * Source: YOLOX (Ge et al. 2021); mmdet 3.3 `SimOTAAssigner`.
 *
 * @param cells - [n, 4] x1 y1 x2 y2, pixels: a box round each prior, as wide and high as its stride, as
 * `anchorGenerator({ strides, centres })` gives
 */
export function assignSimOta(
  cells: Tensor2D,
  predictions: Predictions,
  truth: ImageTruth,
  options: Given<SimOtaOptions> = {},
): SimOtaAssignment {
  const { preset, ignoreIofThreshold, ...costs } = checkOptions<SimOtaOptions>(
    '@equipoise/core',
    specs(options.preset),
    options,
  );
  demandCandidates(cells, predictions, truth);
  const { boxes, classes, ignored } = truth;
  return tidy(() => {
    const mmdet = preset === 'mmdet';
    const { maxOverlaps, eligible } = overlapsAndEligible(
      cells,
      boxes,
      ignored,
      mmdet ? -1 : ignoreIofThreshold,
    );
    const [code, overlaps] = simOtaAssignment(
      { anchors: cells, predicted: predictions.boxes, scores: predictions.scores, boxes, classes, eligible },
      { ...costs, ...(preset === 'yolox' ? YOLOX : MMDET), skipEmpty: !mmdet, torchTies: mmdet },
    );
    return {
      ...assignmentOf(cast(code, 'float32'), mmdet ? asMmdet(overlaps, boxes.shape[0]) : maxOverlaps),
      matchedOverlaps: overlaps,
    };
  });
}

const MMDET = { region: 'box-and-centre', penalty: 1e5, epsilon: 1e-7 } as const;
const YOLOX = { region: 'centre', penalty: 1e6, epsilon: 1e-8 } as const;

function specs(preset: SimOtaPreset | undefined): OptionSpecs<SimOtaOptions> {
  return {
    preset: choiceOption(['corrected', 'mmdet', 'yolox'], 'corrected'),
    centreRadius: numberOption(preset === 'yolox' ? 1.5 : 2.5, { min: 0 }),
    candidateTopK: numberOption(10, { min: 1, integer: true }),
    iouWeight: numberOption(3, { min: 0 }),
    classWeight: numberOption(1, { min: 0 }),
    ignoreIofThreshold: IGNORE_IOF,
  };
}

/** 0 everywhere where there was no candidate. */
function asMmdet(overlaps: Tensor1D, boxCount: number): Tensor1D {
  const given = mmdetOverlaps(overlaps, -1e5, boxCount);
  if (overlaps.shape[0] === 0) return given;
  return mul(given, cast(greater(max(overlaps), -1), 'float32'));
}
