import type { Samples } from '@equipoise/core';
import { demand } from '@equipoise/core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** Refuses tensors of unequal shape. */
export function demandShape(subject: string, tensor: Tensor, shape: readonly number[]): void {
  demand(tensor.shape.length === shape.length && shape.every((size, i) => size === tensor.shape[i]), {
    package: '@equipoise/focal',
    subject,
    expected: `shape [${shape.join(', ')}]`,
    actual: `shape [${tensor.shape.join(', ')}]`,
  });
}

/** Refuses a softmax task, for losses of independent classes. */
export function demandSigmoid(samples: Samples, strategy: string): void {
  const activation = samples.task?.activation ?? 'sigmoid';
  demand(activation === 'sigmoid', {
    package: '@equipoise/focal',
    subject: `task.activation of ${strategy}`,
    expected: "'sigmoid'",
    actual: activation,
  });
}
