import { spread, withGradient } from '@equipoise/core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { sum } from '@tensorflow/tfjs-core';

/** [n, C] → [n], the sum of each row. Its gradient uploads nothing, as tfjs's own does. */
export function sumOfRows(x: Tensor2D): Tensor1D {
  return withGradient<Tensor1D>(
    [x],
    (rows) => ({ value: sum(rows, 1), saved: [] }),
    (upstream) => [spread(upstream, x.shape[1])],
  );
}
