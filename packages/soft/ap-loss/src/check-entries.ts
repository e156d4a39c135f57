import { demand } from '@equipoise/core';
import type { Tensor1D } from '@tensorflow/tfjs-core';

/** Refuses tensors that do not stand beside the scores. */
export function checkEntries(scores: Tensor1D, others: Readonly<Record<string, Tensor1D>>): void {
  for (const [name, tensor] of Object.entries(others)) {
    demand(tensor.shape.length === 1 && tensor.shape[0] === scores.shape[0], {
      package: '@equipoise/ap-loss',
      subject: name,
      expected: `shape [${scores.shape.join(', ')}]`,
      actual: `shape [${tensor.shape.join(', ')}]`,
    });
  }
}
