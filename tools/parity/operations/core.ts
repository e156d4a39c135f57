import type {
  AnchorGeneratorOptions,
  Assignment,
  BoxLoss,
  DeltaCoderOptions,
  ImageTruth,
  OverlapConvention,
  OverlapKind,
  Predictions,
} from '@equipoise/core';
import {
  alignedOverlaps,
  anchorGenerator,
  assignAtss,
  assignMaxIou,
  assignSimOta,
  assignTaskAligned,
  balancedL1,
  batchedNms,
  boundedIouTerms,
  ciouLoss,
  deltaCoder,
  diouLoss,
  eiouLoss,
  giouLoss,
  iouLoss,
  l1,
  nms,
  pairwiseOverlaps,
  siouLoss,
  smoothL1,
  ssdAnchors,
} from '@equipoise/core';
import type { CaseInputs, CaseOperation, CaseOperations, Outputs, ReferenceCase } from '@equipoise/testkit';
import { inputsOf } from '@equipoise/testkit';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { grad, mul, reshape, sum, tensor2d } from '@tensorflow/tfjs-core';
import { Later, type Pending, type PendingOutputs, scoped } from './pending.ts';

/** Reference cases of @equipoise/core. */
export const coreCases: CaseOperations = {
  mmdet_smoothl1: coordinateLossCase(({ name }, inputs) =>
    smoothL1({ beta: inputs.number('beta', betaOf(name)) }),
  ),
  mmdet_l1: coordinateLossCase(() => l1()),
  mmdet_balanced_l1: coordinateLossCase((_, inputs) =>
    balancedL1({
      alpha: inputs.number('alpha', 0.5),
      gamma: inputs.number('gamma', 1.5),
      beta: inputs.number('beta', 1),
    }),
  ),
  mmdet_iou_log_loss: boxLossCase((inputs) => iouLoss({ ...iouOptions(inputs), preset: 'mmdet' })),
  mmdet_iou_linear_loss: boxLossCase((inputs) =>
    iouLoss({ ...iouOptions(inputs), preset: 'mmdet', mode: 'linear' }),
  ),
  mmdet_iou_square_loss: boxLossCase((inputs) =>
    iouLoss({ ...iouOptions(inputs), preset: 'mmdet', mode: 'square' }),
  ),
  mmdet_giou_loss: boxLossCase((inputs) => giouLoss({ preset: 'mmdet', eps: inputs.number('eps', 1e-7) })),
  mmdet_diou_loss: boxLossCase((inputs) => diouLoss({ preset: 'mmdet', eps: inputs.number('eps', 1e-7) })),
  mmdet_ciou_loss: boxLossCase((inputs) => ciouLoss({ preset: 'mmdet', eps: inputs.number('eps', 1e-7) })),
  mmdet_siou_loss: boxLossCase((inputs) =>
    siouLoss({
      preset: inputs.flag('neg_gamma', false) ? 'mmdet-neg-gamma' : 'mmdet',
      eps: inputs.number('eps', 1e-7),
    }),
  ),
  mmdet_eiou_loss: boxLossCase((inputs) =>
    eiouLoss({ smoothPoint: inputs.number('smooth_point', 0.1), eps: inputs.number('eps', 1e-7) }),
  ),
  mmdet_bounded_iou_loss: { run: boundedIouCase },
  tv_giou_loss: boxLossCase((inputs) => giouLoss({ preset: 'torchvision', eps: inputs.number('eps', 1e-7) })),
  tv_diou_loss: boxLossCase((inputs) => diouLoss({ preset: 'torchvision', eps: inputs.number('eps', 1e-7) })),
  tv_ciou_loss: boxLossCase((inputs) => ciouLoss({ preset: 'torchvision', eps: inputs.number('eps', 1e-7) })),
  bbox_overlaps: overlapsCase('mmdet'),
  tv_box_ious: overlapsCase('torchvision'),
  mmdet_delta_coder: { run: deltaCoderCase },
  tv_nms: { run: nmsCase },
  mmdet_anchors: { exact: ['valid'], run: anchorsCase },
  mmdet_anchors_ssd: { exact: ['valid'], run: ssdAnchorsCase },
  // Its name has no underscore behind the stem.
  mmdet_anchors_ssd300: { exact: ['valid'], run: ssdAnchorsCase },
  mmdet_anchors_ssd512: { exact: ['valid'], run: ssdAnchorsCase },
  mmdet_atss: { exact: ['gt_inds', 'labels'], run: atssCase },
  mmdet_simota: { exact: ['gt_inds', 'labels'], run: simOtaCase },
  mmdet_tal: { exact: ['gt_inds', 'labels'], run: taskAlignedCase },
  mmdet_maxiou: { exact: ['gt_inds', 'labels'], run: maxIouCase },
};

/** A loss that acts on each coordinate by itself, so that all are rows of their own whose other coordinates are right. */
function coordinateLossCase(
  lossOf: (reference: ReferenceCase, inputs: CaseInputs) => BoxLoss,
): CaseOperation {
  return {
    run: (reference) =>
      scoped(() => {
        const inputs = inputsOf(reference);
        const loss = lossOf(reference, inputs);
        const [predicted, target] = [apart(inputs.numbers('pred')), apart(inputs.numbers('target'))];
        const shape: [number, number] = [predicted.shape[0] / 4, 4];
        const total = grad((x) => sum(loss.apply(x as Tensor2D, target)));
        return {
          loss: reshape(loss.apply(predicted, target), shape),
          grad: reshape(sum(total(predicted), 1), shape),
        };
      }),
  };
}

/** [4n, 4] each number in a row of zeros, in the column that it had. */
function apart(values: readonly number[]): Tensor2D {
  const rows = new Float32Array(4 * values.length);
  for (const [i, value] of values.entries()) rows[4 * i + (i % 4)] = value;
  return tensor2d(rows, [values.length, 4]);
}

/** The β of a case that only its name tells: `_b1_9` is 1/9, `_b0.5` is .5. */
function betaOf(name: string): number {
  const [, over, under] = /_b(\d*\.?\d+)(?:_(\d+))?(?:_|$)/.exec(name) ?? [];
  return Number(over ?? 1) / Number(under ?? 1);
}

function boxLossCase(lossOf: (inputs: CaseInputs) => BoxLoss): CaseOperation {
  return {
    run: (reference) =>
      scoped(() => {
        const inputs = inputsOf(reference);
        const [predicted, target] = [inputs.matrix('pred', 4), inputs.matrix('target', 4)];
        return valueAndGradient((x) => lossOf(inputs).apply(x, target), predicted);
      }),
  };
}

function iouOptions(inputs: CaseInputs): {
  readonly mode: 'log' | 'linear' | 'square';
  readonly eps: number;
} {
  const mode = inputs.has('mode') ? (inputs.raw('mode') as 'log' | 'linear' | 'square') : 'log';
  return { mode: inputs.flag('linear', false) ? 'linear' : mode, eps: inputs.number('eps', 1e-6) };
}

function boundedIouCase(reference: ReferenceCase): Promise<Outputs> {
  return scoped(() => {
    const inputs = inputsOf(reference);
    const target = inputs.matrix('target', 4);
    const options = { beta: inputs.number('beta', 0.2), eps: inputs.number('eps', 1e-3) };
    return valueAndGradient((x) => boundedIouTerms(x, target, options), inputs.matrix('pred', 4));
  });
}

function valueAndGradient(loss: (predicted: Tensor2D) => Tensor, predicted: Tensor2D): PendingOutputs {
  return {
    loss: loss(predicted),
    grad: grad((x) => sum(loss(x as Tensor2D)))(predicted),
  };
}

function overlapsCase(convention: OverlapConvention): CaseOperation {
  return {
    run: (reference) =>
      scoped(() => {
        const inputs = inputsOf(reference);
        const [a, b] = [inputs.matrix('a', 4), inputs.matrix('b', 4)];
        return Object.fromEntries(
          Object.keys(reference.outputs).map((name) => {
            const [kind, aligned] = name.split('_') as [OverlapKind, string | undefined];
            const overlaps = aligned ? alignedOverlaps : pairwiseOverlaps;
            return [name, overlaps(a, b, kind, convention)];
          }),
        );
      }),
  };
}

function deltaCoderCase(reference: ReferenceCase): Promise<Outputs> {
  return scoped(() => {
    const inputs = inputsOf(reference);
    const four = (field: string, initial: number[]): DeltaCoderOptions['stds'] =>
      (inputs.has(field) ? inputs.numbers(field) : initial) as unknown as DeltaCoderOptions['stds'];
    const coder = deltaCoder({
      clamp: 'mmdet',
      means: four('means', inputs.has('target_means') ? inputs.numbers('target_means') : [0, 0, 0, 0]),
      stds: four('stds', inputs.has('target_stds') ? inputs.numbers('target_stds') : [0.1, 0.1, 0.2, 0.2]),
    });
    const [boxes, truths, deltas] = [
      inputs.matrix('boxes', 4),
      inputs.matrix('gt', 4),
      inputs.matrix('deltas', 4),
    ];
    const [height = 40, width = 50] = inputs.has('max_shape') ? inputs.numbers('max_shape') : [];
    const stretched = mul<Tensor2D>(deltas, inputs.number('clip_scale', 40));
    return {
      encoded: coder.encode(boxes, truths),
      decoded: coder.decode(boxes, deltas),
      decoded_clip: coder.decode(boxes, stretched, [height, width]),
    };
  });
}

/** `nms_05` and `batched_03` name their threshold. */
function nmsCase(reference: ReferenceCase): Promise<Outputs> {
  return scoped(() => {
    const inputs = inputsOf(reference);
    const [boxes, scores] = [inputs.matrix('boxes', 4), inputs.vector('scores')];
    const kept = (name: string): Pending => {
      const [kind, digits] = name.split('_') as [string, string];
      const iouThreshold = largestFloatUpTo(Number(`${digits.slice(0, 1)}.${digits.slice(1)}`));
      const classes = inputs.integers('idxs');
      const classCount = 1 + Math.max(0, ...inputs.numbers('idxs'));
      const { indices, count } =
        kind === 'batched'
          ? batchedNms(boxes, scores, classes, { iouThreshold, classCount })
          : nms(boxes, scores, { iouThreshold });
      return new Later([indices, count], (kept, [number]) => kept.slice(0, number));
    };
    return Object.fromEntries(Object.keys(reference.outputs).map((name) => [name, kept(name)]));
  });
}

/** torchvision on the CPU compares a float32 IoU with the threshold in double precision; where core rounds the threshold, this gives the same. */
function largestFloatUpTo(x: number): number {
  const nearest = new Float32Array([x]);
  if (nearest[0]! > x) new Int32Array(nearest.buffer)[0]! -= 1;
  return nearest[0]!;
}

function anchorsCase(reference: ReferenceCase): Promise<Outputs> {
  return scoped(() => {
    const inputs = inputsOf(reference);
    const list = (field: string): number[] | undefined =>
      inputs.has(field) ? inputs.numbers(field) : undefined;
    const number = (field: string): number | undefined =>
      inputs.has(field) ? inputs.number(field) : undefined;
    const generator = anchorGenerator({
      strides: inputs.raw('strides') as AnchorGeneratorOptions['strides'],
      ratios: list('ratios'),
      scales: list('scales'),
      octaveBaseScale: number('octave_base_scale'),
      scalesPerOctave: number('scales_per_octave'),
      baseSizes: list('base_sizes'),
      centerOffset: number('center_offset'),
      centres: inputs.has('centers') ? (inputs.rows('centers') as [number, number][]) : undefined,
      scaleMajor: inputs.has('scale_major') ? inputs.flag('scale_major', true) : undefined,
    });
    // One level may be given by itself, and then has a grid by itself.
    const alone = inputs.has('featmap');
    const sizes = (alone ? [inputs.numbers('featmap')] : inputs.rows('featmap_sizes')) as [number, number][];
    const grids = generator.grid(sizes);
    const outputs = {
      base_anchors: () => generator.baseAnchors(),
      grid: () => (alone ? grids[0]! : grids),
      valid: () => {
        const flags = generator.validFlags(sizes, inputs.numbers('pad_shape') as [number, number]);
        return new Later([flags], (all) => {
          let start = 0;
          const levels = grids.map(({ shape }) => all.slice(start, (start += shape[0])));
          return alone ? levels[0]! : levels;
        });
      },
    };
    return wanted(reference, outputs);
  });
}

/** Strides and ratios of SSD300 and SSD512 (Liu et al. 2016), where a case does not give them. */
const SSD = {
  strides: { 300: [8, 16, 32, 64, 100, 300], 512: [8, 16, 32, 64, 128, 256, 512] },
  ratios: {
    300: [[2], [2, 3], [2, 3], [2, 3], [2], [2]],
    512: [[2], [2, 3], [2, 3], [2, 3], [2, 3], [2], [2]],
  },
};

function ssdAnchorsCase(reference: ReferenceCase): Promise<Outputs> {
  return scoped(() => {
    const inputs = inputsOf(reference);
    const inputSize = inputs.number('input_size');
    const known = inputSize === 512 ? 512 : 300;
    const generator = ssdAnchors({
      inputSize,
      strides: inputs.has('strides') ? inputs.numbers('strides') : SSD.strides[known],
      ratios: inputs.has('ratios') ? inputs.rows('ratios') : SSD.ratios[known],
      basesizeRatioRange: inputs.has('basesize_ratio_range')
        ? (inputs.numbers('basesize_ratio_range') as [number, number])
        : undefined,
      minSizes: inputs.has('min_sizes') ? inputs.numbers('min_sizes') : undefined,
      maxSizes: inputs.has('max_sizes') ? inputs.numbers('max_sizes') : undefined,
    });
    return wanted(reference, {
      base_anchors: () => generator.baseAnchors(),
      grid: () => generator.grid(inputs.rows('featmap_sizes') as [number, number][]),
    });
  });
}

function maxIouCase(reference: ReferenceCase): Promise<Outputs> {
  return scoped(() => {
    const inputs = inputsOf(reference);
    const assignment = assignMaxIou(
      inputs.matrix('priors', 4),
      inputs.matrix('gts', 4),
      {
        preset: 'mmdet',
        positiveIou: inputs.number('pos_iou_thr', 0.5),
        negativeIou: inputs.raw('neg_iou_thr') as number,
        minPositiveIou: inputs.number('min_pos_iou', 0),
        matchLowQuality: inputs.flag('match_low_quality', true),
        gtMaxAssignAll: inputs.flag('gt_max_assign_all', true),
        ignoreIofThreshold: inputs.number('ignore_iof_thr', -1),
        ignoreWrtCandidates: inputs.flag('ignore_wrt_candidates', true),
      },
      inputs.has('gts_ignore') ? inputs.matrix('gts_ignore', 4) : undefined,
    );
    return assignmentOutputs(assignment, inputs);
  });
}

function atssCase(reference: ReferenceCase): Promise<Outputs> {
  return scoped(() => {
    const inputs = inputsOf(reference);
    const assignment = assignAtss(
      inputs.matrix('priors', 4),
      inputs.numbers('num_level_priors'),
      inputs.matrix('gts', 4),
      {
        preset: 'mmdet',
        topK: inputs.number('topk', 9),
        ignoreIofThreshold: inputs.number('ignore_iof_thr', -1),
      },
      inputs.has('gts_ignore') ? inputs.matrix('gts_ignore', 4) : undefined,
    );
    return assignmentOutputs(assignment, inputs);
  });
}

function simOtaCase(reference: ReferenceCase): Promise<Outputs> {
  return scoped(() => {
    const inputs = inputsOf(reference);
    const cells = inputs
      .rows('priors')
      .map(([x = 0, y = 0, w = 0, h = w]) => [x - w / 2, y - h / 2, x + w / 2, y + h / 2]);
    const assignment = assignSimOta(
      tensor2d(cells.flat(), [cells.length, 4]),
      predictionsOf(inputs),
      truthOf(inputs),
      {
        preset: 'mmdet',
        centreRadius: inputs.number('center_radius', 2.5),
        candidateTopK: inputs.number('candidate_topk', 10),
        iouWeight: inputs.number('iou_weight', 3),
        classWeight: inputs.number('cls_weight', 1),
      },
    );
    return assignmentOutputs(assignment, inputs);
  });
}

function taskAlignedCase(reference: ReferenceCase): Promise<Outputs> {
  return scoped(() => {
    const inputs = inputsOf(reference);
    const assignment = assignTaskAligned(inputs.matrix('priors', 4), predictionsOf(inputs), truthOf(inputs), {
      preset: 'mmdet',
      topK: inputs.number('topk', 13),
      alpha: inputs.number('alpha', 1),
      beta: inputs.number('beta', 6),
    });
    return { ...assignmentOutputs(assignment, inputs), assign_metrics: assignment.alignment };
  });
}

function predictionsOf(inputs: CaseInputs): Predictions {
  return { boxes: inputs.matrix('decoded', 4), scores: inputs.matrix('scores') };
}

function truthOf(inputs: CaseInputs): ImageTruth {
  return { boxes: inputs.matrix('gts', 4), classes: inputs.integers('gt_labels') };
}

/** As mmdet tells it: 0 negative, -1 ignored, else the ground truth counted from 1; labels of positives only. */
function assignmentOutputs(
  { groundTruth, state, maxOverlaps }: Assignment,
  inputs: CaseInputs,
): PendingOutputs {
  const classes = inputs.has('gt_labels') ? inputs.numbers('gt_labels') : [];
  return {
    gt_inds: new Later([state, groundTruth], (states, matched) =>
      states.map((value, i) => (value > 0 ? matched[i]! + 1 : value)),
    ),
    max_overlaps: maxOverlaps,
    labels: new Later([state, groundTruth], (states, matched) =>
      states.map((value, i) => (value > 0 ? classes[matched[i]!]! : -1)),
    ),
  };
}

/** Computes only what the case has. */
function wanted(reference: ReferenceCase, outputs: Readonly<Record<string, () => Pending>>): PendingOutputs {
  const entries = Object.entries(outputs).filter(([name]) => name in reference.outputs);
  return Object.fromEntries(entries.map(([name, compute]) => [name, compute()]));
}
