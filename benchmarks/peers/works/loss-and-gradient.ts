import type { Criterion, Samples } from '@equipoise/core';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from './work.ts';

/** A step of a criterion on `logits` and `labels`: the loss, and its gradient with respect to the logits. */
export function lossAndGradient(objective: Criterion, inputs: Tensors): () => tf.Tensor[] {
  const labels = inputs['labels'] as tf.Tensor1D;
  const step = tf.valueAndGrad(
    (logits: tf.Tensor) =>
      objective.loss({ logits: logits as tf.Tensor2D, labels } satisfies Samples).classification,
  );
  return () =>
    tf.tidy(() => {
      const { value, grad } = step(inputs['logits']!);
      return [value, grad];
    });
}
