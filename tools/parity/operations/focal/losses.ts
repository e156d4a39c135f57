import { classTargets, spread } from '@equipoise/core';
import {
  asymmetricLoss,
  asymmetricSingleLabelLoss,
  distributionFocalLoss,
  drLoss,
  focalLossOfProbabilities,
  focalStarLoss,
  gaussianFocalLossOfProbabilities,
  poly1CrossEntropy,
  poly1FocalLoss,
  qualityFocalLoss,
  qualityTargets,
  reduceLoss,
  sigmoidFocalLoss,
  softmaxFocalLoss,
  varifocalLoss,
} from '@equipoise/focal';
import { type CaseOperation, type CaseOperations, inputsOf } from '@equipoise/testkit';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { cast, greaterEqual, mul, scalar, sub, sum } from '@tensorflow/tfjs-core';
import { focalOptions, lossAndGrad, reduced, single } from './single-loss.ts';

const torchvisionFocal = single('logits', (z, inputs) =>
  reduced(sigmoidFocalLoss(z, inputs.matrix('targets'), focalOptions(inputs, 0.25, 2)), inputs, 'none'),
);

const mmdetFocalLabels = single('logits', (z, inputs) =>
  reduced(
    sigmoidFocalLoss(z, classTargets(inputs.integers('labels'), z.shape[1]), focalOptions(inputs, 0.25, 2)),
    inputs,
    'mean',
  ),
);

const mmdetFocalProbabilities = single('probs', (p, inputs) =>
  reduced(
    focalLossOfProbabilities(
      p,
      classTargets(inputs.integers('labels'), p.shape[1]),
      focalOptions(inputs, 0.25, 2),
    ),
    inputs,
    'mean',
  ),
);

const fvcoreFocalStar = single('logits', (z, inputs) =>
  reduced(focalStarLoss(z, inputs.matrix('targets'), focalOptions(inputs, -1, 1)), inputs, 'none'),
);

/** mmcv's mean is over rows, not entries. */
const mmcvFocalMean: CaseOperation = {
  async run(reference) {
    const inputs = inputsOf(reference);
    const [z, labels] = [inputs.matrix('logits'), inputs.integers('labels')];
    const options = focalOptions(inputs, 0.25, 2);
    const sigmoid = sigmoidFocalLoss(z, classTargets(labels, z.shape[1]), options);
    const outputs = {
      loss: reduceLoss(sum(sigmoid, 1)),
      softmax_variant_loss: reduceLoss(softmaxFocalLoss(z, labels, options)),
    };
    return {
      loss: (await outputs.loss.data())[0]!,
      softmax_variant_loss: (await outputs.softmax_variant_loss.data())[0]!,
    };
  },
};

const qfl: CaseOperation = {
  async run(reference) {
    const inputs = inputsOf(reference);
    const at = inputs.matrix('logits');
    const targets = qualityTargets(inputs.integers('labels'), inputs.vector('quality'), at.shape[1]);
    const perSample = (z: Tensor) =>
      qualityFocalLoss(z as Tensor2D, targets, { beta: inputs.number('beta', 2) });
    return {
      ...(await lossAndGrad(at, (z) => reduced(perSample(z), inputs, 'mean'))),
      per_sample: await perSample(at).array(),
    };
  },
};

const dfl = single('logits', (z, inputs) =>
  reduced(distributionFocalLoss(z, inputs.vector('label')), inputs, 'none'),
);

const vfl = single('logits', (z, inputs) =>
  reduced(
    varifocalLoss(z, inputs.matrix('target'), {
      alpha: inputs.number('alpha', 0.75),
      gamma: inputs.number('gamma', 2),
      iouWeighted: inputs.flag('iou_weighted', true),
    }),
    inputs,
    'none',
  ),
);

const gaussianFocal = single('pred', (p, inputs) =>
  reduced(
    gaussianFocalLossOfProbabilities(p, inputs.matrix('target'), {
      alpha: inputs.number('alpha', 2),
      gamma: inputs.number('gamma', 4),
      posWeight: inputs.number('pos_weight', 1),
      negWeight: inputs.number('neg_weight', 1),
    }),
    inputs,
    'none',
  ),
);

/** The reference's clip is off where it is null or 0; both of its classes sum. */
function asl(factorGradient: boolean): CaseOperation {
  return single('logits', (z, inputs) =>
    reduced(
      asymmetricLoss(z, inputs.matrix('targets'), {
        preset: 'official',
        gammaPositive: inputs.number('gamma_pos', 1),
        gammaNegative: inputs.number('gamma_neg', 4),
        clip: inputs.raw('clip') === null ? 0 : inputs.number('clip', 0.05),
        eps: inputs.number('eps', 1e-8),
        factorGradient,
      }),
      inputs,
      'sum',
    ),
  );
}

const aslSingle = single('logits', (z, inputs) =>
  reduced(
    asymmetricSingleLabelLoss(z, inputs.integers('targets'), {
      gammaPositive: inputs.number('gamma_pos', 0),
      gammaNegative: inputs.number('gamma_neg', 4),
      smoothing: inputs.number('eps', 0.1),
    }),
    inputs,
    'mean',
  ),
);

const poly1Ce = single('logits', (z, inputs) =>
  reduced(
    poly1CrossEntropy(z, inputs.integers('labels'), { epsilon: inputs.number('epsilon', 1) }),
    inputs,
    'mean',
  ),
);

const poly1Focal = single('logits', (z, inputs) =>
  reduced(
    poly1FocalLoss(z, classTargets(inputs.integers('labels'), z.shape[1]), {
      ...focalOptions(inputs, 0.25, 2),
      epsilon: inputs.number('epsilon', 1),
    }),
    inputs,
    'mean',
  ),
);

/** The reference counts classes from 1; 0 is background, below it ignored. */
const dr = single('logits', (z, inputs) => {
  const labels: Tensor1D = sub(inputs.integers('targets'), scalar(1, 'int32'));
  const positive = classTargets(labels, z.shape[1]);
  const labelled = cast(greaterEqual(labels, -1), 'float32');
  const negative = mul(sub(1, positive), spread(labelled, z.shape[1]));
  return drLoss(z, positive, negative, {
    positiveLambda: inputs.number('pos_lambda', 1),
    negativeLambda: inputs.number('neg_lambda', 0.1 / Math.log(3.5)),
    steepness: inputs.number('L', 6),
    tau: inputs.number('tau', 4),
    margin: inputs.number('margin', 0.5),
  });
});

/** Reference cases of losses without state. */
export const lossCases: CaseOperations = {
  tv_focal: torchvisionFocal,
  mmdet_focal_labels: mmdetFocalLabels,
  mmdet_focal_prob: mmdetFocalProbabilities,
  fvcore_focal_star: fvcoreFocalStar,
  mmcv_sigmoid_focal_mean: mmcvFocalMean,
  mmdet_qfl: qfl,
  mmdet_dfl: dfl,
  mmdet_vfl: vfl,
  mmdet_gaussian_focal: gaussianFocal,
  asl_nograd: asl(false),
  asl_opt: asl(true),
  asl_single: aslSingle,
  poly1_ce: poly1Ce,
  poly1_focal: poly1Focal,
  dr_loss: dr,
};
