import { classTargets, type Given } from '@equipoise/core';
import {
  asymmetricLoss,
  asymmetricSingleLabelLoss,
  distributionFocalLoss,
  focalLossOfProbabilities,
  focalStarLoss,
  gaussianFocalLossOfProbabilities,
  poly1CrossEntropy,
  poly1FocalLoss,
  qualityFocalLoss,
  qualityTargets,
  reduceLoss,
  type ReduceLossOptions,
  sigmoidFocalLoss,
  softmaxFocalLoss,
  varifocalLoss,
} from '@equipoise/focal';
import {
  type CaseInputs,
  type CaseOperation,
  type CaseOperations,
  type CaseValue,
  inputsOf,
  type Output,
  type Outputs,
  type ReferenceCase,
} from '@equipoise/testkit';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { div, mul, tensor, valueAndGrad } from '@tensorflow/tfjs-core';

/** Reference cases of @equipoise/focal. */
export const focalCases: CaseOperations = {
  tv_focal: entries('logits', (inputs) => {
    const options = { alpha: inputs.number('alpha', 0.25), gamma: inputs.number('gamma', 2) };
    return (logits) => sigmoidFocalLoss(logits, tensorOf(inputs, 'targets'), options);
  }),
  fvcore_focal_star: entries('logits', (inputs) => {
    const options = { alpha: inputs.number('alpha', -1), gamma: inputs.number('gamma', 1) };
    return (logits) => focalStarLoss(logits, tensorOf(inputs, 'targets'), options);
  }),
  mmdet_focal_labels: entries('logits', (inputs) => {
    const options = { alpha: inputs.number('alpha', 0.25), gamma: inputs.number('gamma', 2) };
    return (logits) => sigmoidFocalLoss(logits, targetsOf(inputs, logits), options);
  }),
  mmdet_focal_prob: entries('probs', (inputs) => {
    const options = { alpha: inputs.number('alpha', 0.25), gamma: inputs.number('gamma', 2) };
    return (probabilities) =>
      focalLossOfProbabilities(probabilities, targetsOf(inputs, probabilities), options);
  }),
  mmcv_sigmoid_focal_mean: { run: meansOverRows },
  mmdet_qfl: {
    async run(reference) {
      const inputs = inputsOf(reference);
      const beta = inputs.number('beta', 2);
      const rows = (logits: Tensor): Tensor => {
        const targets = qualityTargets(inputs.integers('labels'), inputs.vector('quality'), logits.shape[1]!);
        return qualityFocalLoss(logits as Tensor2D, targets, { beta });
      };
      const logits = tensorOf(inputs, 'logits');
      return { ...(await reduced(reference, logits, rows)), per_sample: await rows(logits).data() };
    },
  },
  mmdet_dfl: entries(
    'logits',
    (inputs) => (logits) => distributionFocalLoss(logits as Tensor2D, inputs.vector('label')),
  ),
  mmdet_vfl: entries('logits', (inputs) => {
    const options = {
      alpha: inputs.number('alpha', 0.75),
      gamma: inputs.number('gamma', 2),
      iouWeighted: inputs.flag('iou_weighted', true),
    };
    return (logits) => varifocalLoss(logits, tensorOf(inputs, 'target'), options);
  }),
  mmdet_gaussian_focal: entries('pred', (inputs) => {
    const options = {
      alpha: inputs.number('alpha', 2),
      gamma: inputs.number('gamma', 4),
      posWeight: inputs.number('pos_weight', 1),
      negWeight: inputs.number('neg_weight', 1),
    };
    return (probabilities) =>
      gaussianFocalLossOfProbabilities(probabilities, tensorOf(inputs, 'target'), options);
  }),
  asl_nograd: entries('logits', (inputs) => asymmetricOf(inputs, false), 'sum'),
  asl_opt: entries('logits', (inputs) => asymmetricOf(inputs, true), 'sum'),
  asl_single: entries('logits', (inputs) => {
    const options = {
      gammaPositive: inputs.number('gamma_pos', 0),
      gammaNegative: inputs.number('gamma_neg', 4),
      smoothing: inputs.number('eps', 0.1),
    };
    return (logits) => asymmetricSingleLabelLoss(logits as Tensor2D, inputs.integers('targets'), options);
  }),
  poly1_ce: entries('logits', (inputs) => {
    const options = { epsilon: inputs.number('epsilon', 1) };
    return (logits) => poly1CrossEntropy(logits as Tensor2D, inputs.integers('labels'), options);
  }),
  poly1_focal: entries('logits', (inputs) => {
    const options = {
      epsilon: inputs.number('epsilon', 1),
      alpha: inputs.number('alpha', 0.25),
      gamma: inputs.number('gamma', 2),
    };
    return (logits) => poly1FocalLoss(logits, targetsOf(inputs, logits), options);
  }),
};

type Reduction = ReduceLossOptions['reduction'];

/** A loss of the tensor at `field`, reduced as the case says, and its gradient there. */
function entries(
  field: string,
  lossOf: (inputs: CaseInputs) => (x: Tensor) => Tensor,
  reduction: Reduction = 'mean',
): CaseOperation {
  return {
    run(reference) {
      const inputs = inputsOf(reference);
      return reduced(reference, tensorOf(inputs, field), lossOf(inputs), reduction);
    },
  };
}

/** Losses reduced by the case's weights, `avg_factor` and `loss_weight`; as they are where the reference gives a list. */
function reduced(
  reference: ReferenceCase,
  at: Tensor,
  losses: (x: Tensor) => Tensor,
  initial: Reduction = 'mean',
): Promise<Outputs> {
  const inputs = inputsOf(reference);
  const weight = ['label_weights', 'weight'].find((field) => inputs.has(field));
  const options: Given<ReduceLossOptions> = {
    reduction: Array.isArray(reference.outputs['loss']) ? 'none' : reductionOf(inputs, initial),
    ...(weight === undefined ? {} : { weight: tensorOf(inputs, weight) }),
    ...(inputs.has('avg_factor') ? { avgFactor: inputs.number('avg_factor') } : {}),
  };
  const scale = inputs.number('loss_weight', 1);
  return valueAndGradient(at, (x) => mul(reduceLoss(losses(x), options), scale));
}

function reductionOf(inputs: CaseInputs, initial: Reduction): Reduction {
  const said = inputs.raw('reduction');
  return said === 'none' || said === 'mean' || said === 'sum' ? said : initial;
}

/** A loss and the gradient of its sum. */
async function valueAndGradient(at: Tensor, loss: (x: Tensor) => Tensor): Promise<Outputs> {
  const { value, grad } = valueAndGrad(loss)(at);
  return { loss: (await value.array()) as Output, grad: (await grad.array()) as Output };
}

/** mmcv divides the sum by the rows, not by the entries; its softmax variant too. */
async function meansOverRows(reference: ReferenceCase): Promise<Outputs> {
  const inputs = inputsOf(reference);
  const labels = inputs.integers('labels');
  const rows = Math.max(1, labels.size);
  const options = { alpha: inputs.number('alpha', 0.25), gamma: inputs.number('gamma', 2) };
  const mean = (losses: Tensor): Tensor => div(reduceLoss(losses, { reduction: 'sum' }), rows);
  const logits = inputs.matrix('logits');
  const [sigmoid, softmax] = await Promise.all([
    valueAndGradient(logits, (z) => mean(sigmoidFocalLoss(z, targetsOf(inputs, z), options))),
    valueAndGradient(logits, (z) => mean(softmaxFocalLoss(z as Tensor2D, labels, options))),
  ]);
  return { ...sigmoid, softmax_variant_loss: softmax['loss']!, softmax_variant_grad: softmax['grad']! };
}

function asymmetricOf(inputs: CaseInputs, factorGradient: boolean): (logits: Tensor) => Tensor {
  const options = {
    gammaPositive: inputs.number('gamma_pos', 1),
    gammaNegative: inputs.number('gamma_neg', 4),
    // None is no margin.
    clip: inputs.raw('clip') === null ? 0 : inputs.number('clip', 0.05),
    eps: inputs.number('eps', 1e-8),
    factorGradient,
  };
  return (logits) => asymmetricLoss(logits, tensorOf(inputs, 'targets'), options);
}

/** [n, C] targets of the labels, background all 0. */
function targetsOf(inputs: CaseInputs, { shape }: Tensor): Tensor2D {
  return classTargets(inputs.integers('labels'), shape[1]!);
}

/** A float32 tensor in the nesting of the case. */
function tensorOf(inputs: CaseInputs, field: string): Tensor {
  return tensor(inputs.numbers(field), shapeOf(inputs.raw(field), inputs), 'float32');
}

function shapeOf(value: CaseValue | undefined, inputs: CaseInputs): number[] {
  if (!Array.isArray(value)) return [];
  const list = value as readonly CaseValue[];
  if (list.length === 0) return inputs.has('num_classes') ? [0, inputs.number('num_classes')] : [0];
  return [list.length, ...shapeOf(list[0], inputs)];
}
