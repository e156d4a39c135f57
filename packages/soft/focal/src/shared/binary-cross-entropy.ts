import type { Tensor } from '@tensorflow/tfjs-core';
import { abs, add, exp, log1p, mul, neg, relu, sigmoid, sub } from '@tensorflow/tfjs-core';
import { entryLoss } from './entry-loss.ts';

/** What losses of logits z against targets y in [0, 1] are made of. All of one shape. */
export interface BinaryTerms {
  /** p = σ(z). */
  readonly probability: Tensor;
  /** 1 − p = σ(−z), to every digit. */
  readonly complement: Tensor;
  /** −y ln p − (1 − y) ln(1 − p). */
  readonly crossEntropy: Tensor;
  /** p − y, the derivative of the cross-entropy; 0 only where p is y, not where p rounds to it. */
  readonly error: Tensor;
}

/** The terms at logits z and targets y; no gradient of their own. */
export function binaryTerms(z: Tensor, y: Tensor): BinaryTerms {
  const probability = sigmoid(z);
  const complement = sigmoid(neg(z));
  return {
    probability,
    complement,
    // max(z, 0) − zy is exactly 0 where a hard target is met, so that the small rest survives.
    crossEntropy: add(sub(relu(z), mul(z, y)), log1p(exp(neg(abs(z))))),
    error: sub(mul(sub(1, y), probability), mul(y, complement)),
  };
}

/** Cross-entropy of logits of any shape with targets in [0, 1] of that shape; the gradient p − y reaches the logits. */
export function binaryCrossEntropy<T extends Tensor>(logits: T, targets: Tensor): T {
  return entryLoss(logits, (z) => {
    const { crossEntropy, error } = binaryTerms(z, targets);
    return { value: crossEntropy, derivative: error };
  });
}
