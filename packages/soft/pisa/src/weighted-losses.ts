import type { Samples } from '@equipoise/core';
import { classificationLosses, detach, maskedRows } from '@equipoise/core';
import type { NamedTensorMap, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { mul, sum, tidy } from '@tensorflow/tfjs-core';

/** [n] what each sample adds to the classification loss under [n] or [n, C] weights, entries summed over classes. */
export function weightedLosses(samples: Samples, weights: Tensor): Tensor1D {
  return tidy(() => {
    const losses = classificationLosses(samples);
    if (losses.rank === 1) return mul<Tensor1D>(losses, weights);
    return weights.rank === 1
      ? mul<Tensor1D>(sum(losses, 1), weights)
      : sum<Tensor1D>(mul(losses, weights), 1);
  });
}

/** {@link weightedLosses} of the samples of a [n] mask; 0 at the others. Detached. */
export function weightedLossesWhere(
  mask: Tensor1D,
  { logits, labels, task }: Samples,
  weights: Tensor,
): Tensor1D {
  const of = (rows: NamedTensorMap): Tensor1D =>
    weightedLosses({ ...(rows as unknown as Samples), ...(task && { task }) }, rows['given']!);
  return maskedRows({ mask, logits: detach(logits), labels, given: detach(weights) }, { of }) as Tensor1D;
}
