import { eqlv2Loss, eqlv2State, reduceLoss, seesawCounts, seesawLoss } from '@equipoise/focal';
import { type CaseOperation, type CaseOperations, type Outputs, inputsOf, stepsOf } from '@equipoise/testkit';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { add, mul, sum } from '@tensorflow/tfjs-core';
import { lossAndGrad, reduced } from './single-loss.ts';

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

/** Reference cases of losses that carry a state from step to step. */
export const runningLossCases: CaseOperations = {
  mmdet_seesaw: seesaw,
  mmdet_eqlv2: eqlv2,
};
