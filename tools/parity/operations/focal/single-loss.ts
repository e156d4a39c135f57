import { reduceLoss } from '@equipoise/focal';
import { type CaseInputs, type CaseOperation, inputsOf } from '@equipoise/testkit';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { grad, mul, tidy } from '@tensorflow/tfjs-core';

type Reduction = 'none' | 'mean' | 'sum';

/** The value of a loss of one input, and its gradient with an upstream of ones. */
export async function lossAndGrad(
  at: Tensor,
  loss: (x: Tensor) => Tensor,
): Promise<{ loss: number; grad: number[][] }> {
  const [value, gradient] = tidy(() => [loss(at), grad(loss)(at)]);
  return { loss: (await value.array()) as number, grad: (await gradient.array()) as number[][] };
}

/** A case of one loss: what it is taken of, and the loss. */
export function single(input: string, loss: (x: Tensor2D, inputs: CaseInputs) => Tensor): CaseOperation {
  return {
    run(reference) {
      const inputs = inputsOf(reference);
      return lossAndGrad(inputs.matrix(input), (x) => loss(x as Tensor2D, inputs));
    },
  };
}

/** mmdetection's weights, divisor and factor, where the step or its case has them; else `fallback`. */
export function reduced(losses: Tensor, inputs: CaseInputs, fallback: Reduction, step = inputs): Tensor {
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
export function focalOptions(inputs: CaseInputs, alpha: number, gamma: number) {
  return { alpha: alphaOf(inputs, alpha), gamma: inputs.number('gamma', gamma) };
}

/** Below 0 is off in every reference. */
function alphaOf(inputs: CaseInputs, fallback: number): number {
  return Math.max(-1, inputs.number('alpha', fallback)) < 0 ? -1 : inputs.number('alpha', fallback);
}
