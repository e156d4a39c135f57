import { criterion, type Given, keepState, saveState } from '@equipoise/core';
import { exactDensity, ghmC, type GhmCOptions, ghmR, ghmRLoss, type GhmROptions } from '@equipoise/ghm';
import { type CaseInputs, type CaseOperations, inputsOf, type Outputs, stepsOf } from '@equipoise/testkit';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import { onesLike, valueAndGrad } from '@tensorflow/tfjs-core';

/** Reference cases of @equipoise/ghm. */
export const ghmCases: CaseOperations = {
  mmdet_ghmc: {
    echoes: ['logits', 'labels', 'label_weights'],
    async run(reference) {
      const inputs = inputsOf(reference);
      const options: Given<GhmCOptions> = {
        preset: 'mmdet',
        bins: inputs.number('bins', 10),
        momentum: inputs.number('momentum', 0),
        lossWeight: inputs.number('loss_weight', 1),
      };
      const loss = criterion(ghmC(options));
      return runSteps(
        reference,
        options,
        async () => (await loss.save()).state,
        (step) => {
          const labels = step.integers('labels');
          const weights = step.has('label_weights') ? { weights: step.vector('label_weights') } : {};
          return {
            at: step.matrix('logits', inputs.number('num_classes', 0)),
            loss: (logits) => loss.loss({ logits, labels, ...weights }).classification,
          };
        },
      );
    },
  },
  mmdet_ghmr: {
    echoes: ['pred', 'target', 'weights', 'weight', 'label_weights'],
    async run(reference) {
      const inputs = inputsOf(reference);
      const options: Given<GhmROptions> = {
        preset: 'mmdet',
        bins: inputs.number('bins', 10),
        momentum: inputs.number('momentum', 0),
        mu: inputs.number('mu', 0.02),
        lossWeight: inputs.number('loss_weight', 1),
      };
      let density = ghmR(options).init();
      return runSteps(
        reference,
        options,
        () => saveState(density),
        (step) => {
          const at = step.matrix('pred', 4);
          const target = step.matrix('target', 4);
          const weights = step.has('weights') ? step.matrix('weights', 4) : onesLike(at);
          const before = density;
          return {
            at,
            loss(deltas) {
              const [loss, next] = ghmRLoss(deltas, target, weights, before, options);
              density = next;
              keepState(density);
              return loss;
            },
          };
        },
      );
    },
  },
  ghm_exact_density: {
    run(reference) {
      const inputs = inputsOf(reference);
      const g = inputs.numbers('g');
      const density = exactDensity(g, inputs.number('eps', 0.1));
      return { GD: density, beta: density.map((value) => g.length / value) };
    },
  },
};

interface Step {
  readonly at: Tensor2D;
  readonly loss: (at: Tensor2D) => Scalar;
}

/** Loss, gradient and running counts of each step, the state threaded by the criterion. */
async function runSteps(
  reference: Parameters<typeof stepsOf>[0],
  { momentum }: { readonly momentum?: number | undefined },
  save: () => Promise<unknown>,
  stepOf: (step: CaseInputs) => Step,
): Promise<Outputs> {
  const steps: Outputs[] = [];
  for (const inputs of stepsOf(reference)) {
    const { at, loss } = stepOf(inputs);
    const { value, grad } = valueAndGrad((x) => loss(x as Tensor2D))(at);
    const state = await save();
    steps.push({
      loss: (await value.data())[0]!,
      grad: await grad.array(),
      acc_sum: momentum ? runningCounts(state) : null,
    });
  }
  return { steps };
}

function runningCounts(state: unknown): readonly number[] {
  type Saved = { record: { counts: { tensor: { values: readonly number[] } } } };
  return (state as Saved).record.counts.tensor.values;
}
