import { classTargets, spread } from '@equipoise/core';
import {
  asymmetricLoss,
  asymmetricSingleLabelLoss,
  distributionFocalLoss,
  drLoss,
  eqlv2Loss,
  eqlv2State,
  focalLossOfProbabilities,
  focalStarLoss,
  gaussianFocalLossOfProbabilities,
  poly1CrossEntropy,
  poly1FocalLoss,
  qualityFocalLoss,
  qualityTargets,
  reduceLoss,
  seesawCounts,
  seesawLoss,
  sigmoidFocalLoss,
  softmaxFocalLoss,
  varifocalLoss,
} from '@equipoise/focal';
import {
  type CaseInputs,
  type CaseOperation,
  type CaseOperations,
  inputsOf,
  type Outputs,
  stepsOf,
} from '@equipoise/testkit';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { add, cast, grad, greaterEqual, mul, scalar, sub, sum, tidy } from '@tensorflow/tfjs-core';

type Reduction = 'none' | 'mean' | 'sum';

/** The value of a loss of one input, and its gradient with an upstream of ones. */
async function lossAndGrad(
  at: Tensor,
  loss: (x: Tensor) => Tensor,
): Promise<{ loss: number; grad: number[][] }> {
  const [value, gradient] = tidy(() => [loss(at), grad(loss)(at)]);
  return { loss: (await value.array()) as number, grad: (await gradient.array()) as number[][] };
}

/** A case of one loss: what it is taken of, and the loss. */
function single(input: string, loss: (x: Tensor2D, inputs: CaseInputs) => Tensor): CaseOperation {
  return {
    run(reference) {
      const inputs = inputsOf(reference);
      return lossAndGrad(inputs.matrix(input), (x) => loss(x as Tensor2D, inputs));
    },
  };
}

/** mmdetection's weights, divisor and factor, where the step or its case has them; else `fallback`. */
function reduced(losses: Tensor, inputs: CaseInputs, fallback: Reduction, step = inputs): Tensor {
  const holder = (field: string) => [step, inputs].find((given) => given.has(field));
  const weights = ['label_weights', 'weight'].find((field) => step.has(field));
  const avgFactor = holder('avg_factor')?.number('avg_factor');
  const reduction = (inputs.raw('reduction') as Reduction | null | undefined) ?? undefined;
  const value = reduceLoss(losses, {
    reduction: reduction ?? (avgFactor === undefined ? fallback : 'mean'),
    weight: weights === undefined ? undefined : step.vector(weights),
    avgFactor,
  });
  return inputs.has('loss_weight') ? mul(value, inputs.number('loss_weight')) : value;
}

/** α and γ as the case has them. */
function focalOptions(inputs: CaseInputs, alpha: number, gamma: number) {
  return { alpha: alphaOf(inputs, alpha), gamma: inputs.number('gamma', gamma) };
}

/** Below 0 is off in every reference. */
function alphaOf(inputs: CaseInputs, fallback: number): number {
  return Math.max(-1, inputs.number('alpha', fallback)) < 0 ? -1 : inputs.number('alpha', fallback);
}

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

const seesaw: CaseOperation = {
  exact: ['cum_samples'],
  echoes: ['cls_score', 'labels', 'label_weights', 'avg_factor'],
  async run(reference) {
    const inputs = inputsOf(reference);
    const all = stepsOf(reference);
    const classes = inputs.number('num_classes', (all[0]?.matrix('cls_score').shape[1] ?? 2) - 2);
    const options = {
      p: inputs.number('p', 0.8),
      q: inputs.number('q', 2),
      eps: inputs.number('eps', 0.01),
    };
    let counts = seesawCounts(classes);
    const steps: Outputs[] = [];
    for (const step of all) {
      const [at, labels] = [step.matrix('cls_score'), step.integers('labels')];
      const before = counts;
      const losses = (z: Tensor) => seesawLoss(z as Tensor2D, labels, before, options);
      // Without an avg_factor the class loss is the mean over foreground rows.
      const foreground = step.numbers('labels').filter((label) => label < classes).length;
      const given = step.has('avg_factor') || inputs.has('avg_factor');
      const rows = given ? 1 : at.shape[0] / Math.max(1, foreground);
      const ofClasses = (z: Tensor) => mul(reduced(losses(z).classification, inputs, 'mean', step), rows);
      const ofObjects = (z: Tensor) => reduced(losses(z).objectness, inputs, 'mean', step);
      const { grad: gradient } = await lossAndGrad(at, (z) => add(ofClasses(z), ofObjects(z)));
      counts = losses(at).counts;
      steps.push({
        loss_obj: (await ofObjects(at).data())[0]!,
        loss_cls: (await ofClasses(at).data())[0]!,
        grad: gradient,
        cum_samples: await counts.data(),
      });
    }
    return { steps };
  },
};

const eqlv2: CaseOperation = {
  echoes: ['cls_score', 'labels'],
  async run(reference) {
    const inputs = inputsOf(reference);
    const options = {
      gamma: inputs.number('gamma', 12),
      mu: inputs.number('mu', 0.8),
      alpha: inputs.number('alpha', 4),
    };
    let state = eqlv2State();
    const steps: Outputs[] = [];
    for (const step of stepsOf(reference)) {
      const [at, labels] = [step.matrix('cls_score'), step.integers('labels')];
      const before = state;
      const perRow = (z: Tensor) => sum(eqlv2Loss(z as Tensor2D, labels, before, options).losses, 1);
      const { loss, grad: gradient } = await lossAndGrad(at, (z) => reduceLoss(perRow(z)));
      state = eqlv2Loss(at, labels, before, options).state;
      steps.push({ loss, grad: gradient, pos_neg: await state.ratio.data() });
    }
    return { steps };
  },
};

/** Reference cases of @equipoise/focal. */
export const focalCases: CaseOperations = {
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
  mmdet_seesaw: seesaw,
  mmdet_eqlv2: eqlv2,
};
