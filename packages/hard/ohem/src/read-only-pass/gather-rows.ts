import { withGradient } from '@equipoise/core';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { expandDims, gather, reshape, scatterND, tidy } from '@tensorflow/tfjs-core';

/**
 * The rows of x at distinct indices. The gradient goes to those rows and is 0 elsewhere. (tfjs's own gradient of `gather` sums segments, for
 * which the wasm backend has no kernel.)
 */
export function gatherRows<T extends Tensor>(x: T, indices: Tensor1D): T {
  if (x.dtype !== 'float32') return tidy(() => gather(x, indices));
  return withGradient<T>(
    [x],
    (rows) => ({ value: gather(rows, indices), saved: [indices] }),
    (upstream, [chosen]) => {
      const [n, ...row] = x.shape as [number, ...number[]];
      const flat = x.rank === 2 ? upstream : reshape(upstream, [indices.shape[0], -1]);
      const spread = scatterND(expandDims(chosen!, 1), flat, [n, flat.shape[1]!]);
      return [x.rank === 2 ? spread : reshape(spread, [n, ...row])];
    },
  );
}
