import type { Criterion, Random, SampleStrategy, Samples, StrategyState } from '@equipoise/core';
import { keepState, strategyLoss } from '@equipoise/core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { add, dispose, keep, scalar, tidy, variable, variableGrads, zerosLike } from '@tensorflow/tfjs-core';

/** What a step gave, in plain numbers: losses, weights, normalisers and gradients by name. */
export type Figures = Readonly<Record<string, ArrayLike<number>>>;

/** A step before it is read: its tensors, kept, and the state after it. */
export interface Computed {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly next: StrategyState;
}

/** A strategy's next state belongs to whoever computes: {@link read} leaves it alone. */
export function compute(
  strategy: SampleStrategy<StrategyState>,
  samples: Samples,
  state: StrategyState,
  random: Random,
): Computed {
  let next = state;
  const tensors = tidy(() => {
    const [losses, after] = strategyLoss(strategy, { ...samples }, state, random);
    keepState(after);
    next = after;
    return kept(losses);
  });
  return { tensors, next };
}

/** A step of a criterion. */
export function computeStep(criterion: Criterion, samples: Samples): Readonly<Record<string, Tensor>> {
  return tidy(() => kept(criterion.loss(samples)));
}

/**
 * A step of a criterion, and the gradients of its total by logits and deltas, as training computes them. A loss that is not connected
 * to any of them throws, as it would in training.
 */
export function computeWithGradients(
  criterion: Criterion,
  samples: Samples,
): Readonly<Record<string, Tensor>> {
  const predictions = [samples.logits, ...(samples.deltas ? [samples.deltas] : [])].map((x) => variable(x));
  const [logits, deltas] = predictions as [never, never];
  let tensors: Readonly<Record<string, Tensor>> = {};
  const { grads, value } = variableGrads(() => {
    const step = criterion.loss({ ...samples, logits, ...(deltas ? { deltas } : {}) });
    tensors = kept(step);
    return add(step.total, scalar(0)) as Scalar;
  }, predictions);
  value.dispose();
  const gradients = predictions.map((x) => grads[x.name] ?? keep(zerosLike(x)));
  dispose(predictions);
  return {
    ...tensors,
    'gradient by logits': gradients[0]!,
    ...(gradients[1] ? { 'gradient by deltas': gradients[1] } : {}),
  };
}

/** Reads and disposes. */
export async function read(tensors: Readonly<Record<string, Tensor>>): Promise<Figures> {
  const entries = await Promise.all(
    Object.entries(tensors).map(async ([name, tensor]) => [name, (await tensor.data()).slice()] as const),
  );
  dispose(Object.values(tensors));
  return Object.fromEntries(entries);
}

function kept({ classification, box, weights }: ReturnType<typeof strategyLoss>[0]): Record<string, Tensor> {
  const tensors = {
    'classification weights': weights.classification,
    'box weights': weights.box,
    'classification normalizer': weights.classificationNormalizer,
    'box normalizer': weights.boxNormalizer,
    'classification loss': classification,
    'box loss': box,
  };
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name, keep((tensor as Tensor).clone())]),
  );
}
