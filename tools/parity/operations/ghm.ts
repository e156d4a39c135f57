import { criterion, type Given, type Samples } from '@equipoise/core';
import { exactDensity, ghmC, type GhmCOptions, ghmR, type GhmROptions } from '@equipoise/ghm';
import { type CaseInputs, type CaseOperations, inputsOf, type Outputs, stepsOf } from '@equipoise/testkit';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import { tensor1d, valueAndGrad, zeros } from '@tensorflow/tfjs-core';

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
        () => loss.save(),
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
      const loss = criterion(ghmR(options));
      return runSteps(
        reference,
        options,
        () => loss.save(),
        (step) => {
          const at = step.matrix('pred', 4);
          const samples = boxSamples(step, at.shape[0]);
          return { at, loss: (deltas) => loss.loss({ ...samples, deltas }).box };
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
  save: () => Promise<{ readonly state: unknown }>,
  stepOf: (step: CaseInputs) => Step,
): Promise<Outputs> {
  const steps: Outputs[] = [];
  for (const inputs of stepsOf(reference)) {
    const { at, loss } = stepOf(inputs);
    const { value, grad } = valueAndGrad((x) => loss(x as Tensor2D))(at);
    const state = await save();
    steps.push({
      loss: (await value.data())[0]!,
      grad: (await grad.array()) as number[][],
      acc_sum: momentum ? runningCounts(state) : null,
    });
  }
  return { steps };
}

function runningCounts({ state }: { readonly state: unknown }): readonly number[] {
  type Saved = { record: { counts: { tensor: { values: readonly number[] } } } };
  return (state as Saved).record.counts.tensor.values;
}

/** Boxes as positives of one class; a box whose weights are 0 is ignored. */
function boxSamples(step: CaseInputs, n: number): Omit<Samples, 'deltas'> {
  const weights = step.has('weights')
    ? {
        weights: tensor1d(step.rows('weights').map(weightOfBox), 'float32'),
      }
    : {};
  return {
    logits: zeros([n, 1]),
    labels: tensor1d(new Int32Array(n), 'int32'),
    deltaTargets: step.matrix('target', 4),
    ...weights,
  };
}

/** All four coordinates of a box count, or none does. */
function weightOfBox(row: readonly number[]): number {
  const counted = row.filter((weight) => weight > 0).length;
  if (counted !== 0 && counted !== row.length)
    throw new Error('weights that differ within a box are not supported');
  return counted === 0 ? 0 : row[0]!;
}
