import type { Assignment, ImageTruth, Predictions } from '@equipoise/core';
import { assignAtss, assignMaxIou, assignSimOta, assignTaskAligned } from '@equipoise/core';
import type { CaseInputs, CaseOperations, Outputs, ReferenceCase } from '@equipoise/testkit';
import { inputsOf } from '@equipoise/testkit';
import { tensor2d } from '@tensorflow/tfjs-core';
import { Later, scoped, type PendingOutputs } from '../pending.ts';

/** Reference cases of assigners. */
export const assignerCases: CaseOperations = {
  mmdet_atss: { exact: ['gt_inds', 'labels'], run: atssCase },
  mmdet_simota: { exact: ['gt_inds', 'labels'], run: simOtaCase },
  mmdet_tal: { exact: ['gt_inds', 'labels'], run: taskAlignedCase },
  mmdet_maxiou: { exact: ['gt_inds', 'labels'], run: maxIouCase },
};

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
