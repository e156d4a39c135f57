import { classTargets, spread } from '@equipoise/core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { add, cast, less, mul, sub, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { demandLength } from '../shared/list-option.ts';
import { repeatRow } from '../shared/repeat-row.ts';

/**
 * w = 1 − E T (1 − y): 0 where a foreground row (E) would push down a rare class (T: frequency below λ) that is not its own, else 1.
 * Labels int32 [n] → [n, C], a constant.
 */
export function eqlWeights(
  labels: Tensor1D,
  frequencies: readonly number[],
  lambda: number,
  classes: number,
): Tensor2D {
  demandLength('frequencies', frequencies, [classes]);
  return tidy(() => {
    const targets = classTargets(labels, classes);
    const n = labels.shape[0];
    const rare = repeatRow(tensor1d(frequencies.map((frequency) => (frequency < lambda ? 1 : 0))), n);
    const foreground = spread(cast(less(labels, classes), 'float32'), classes);
    return add(sub(1, mul(foreground, rare)), mul<Tensor2D>(mul(foreground, rare), targets));
  });
}
