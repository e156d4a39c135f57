import { criterion, type Samples, smoothL1 } from '@equipoise/core';
import { hardNegativeMining } from '@equipoise/hard-negative-mining';
import { type CaseInputs, type CaseOperations, inputsOf } from '@equipoise/testkit';
import { div, grad, mul, type Tensor1D, type Tensor2D, tensor1d } from '@tensorflow/tfjs-core';

/** Reference cases of @equipoise/hard-negative-mining. */
export const hardNegativeMiningCases: CaseOperations = {
  mmdet_ssd_hnm: {
    async run(reference) {
      const inputs = inputsOf(reference);
      const logits = inputs.matrix('cls_score');
      const labelWeights = inputs.vector('label_weights');
      const classification = (z: Tensor2D) => lossesOf(inputs, z, labelWeights).classification;
      const gradient = grad((z) => classification(z as Tensor2D))(logits);
      const flat = await gradient.data();
      const columns = logits.shape[1];
      return {
        loss_cls: await classification(logits).data(),
        loss_bbox: (await lossesOf(inputs, logits, boxWeights(inputs)).box.data())[0]!,
        grad_cls: inputs.numbers('labels').map((_, i) => flat.subarray(i * columns, (i + 1) * columns)),
      };
    },
  },
};

/** Both losses, divided by the case's factor: that of a batch of which the case is one image. */
function lossesOf(inputs: CaseInputs, logits: Tensor2D, weights: Tensor1D) {
  const samples: Samples = {
    logits,
    labels: inputs.integers('labels'),
    weights,
    deltas: inputs.matrix('bbox_pred', 4),
    deltaTargets: inputs.matrix('bbox_targets', 4),
  };
  const strategy = hardNegativeMining({ preset: 'mmdet', ratio: inputs.number('neg_pos_ratio', 3) });
  const boxLoss = smoothL1({ beta: inputs.number('smoothl1_beta', 1) });
  const loss = criterion(strategy, { activation: 'softmax', boxLoss }).loss(samples);
  const ours = loss.weights.classificationNormalizer;
  const factor = inputs.has('avg_factor') ? div(ours, inputs.number('avg_factor')) : 1;
  return { classification: mul(loss.classification, factor), box: mul(loss.box, factor) };
}

/** mmdetection weighs boxes by a row of four equal numbers. */
function boxWeights(inputs: CaseInputs): Tensor1D {
  return tensor1d(inputs.rows('bbox_weights').map((row) => row[0] ?? 0));
}
