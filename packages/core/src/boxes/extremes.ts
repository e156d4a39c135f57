import type { Tensor2D } from '@tensorflow/tfjs-core';
import { add, maximum, minimum, mul, neg } from '@tensorflow/tfjs-core';

/**
 * The larger of two, whose gradient is shared equally where both are equal, as in torch (tfjs gives all of it to the first). So a box
 * that is already right gets no gradient from its overlap.
 */
export function evenMaximum(a: Tensor2D, b: Tensor2D): Tensor2D {
  return add(mul(maximum(a, b), 0.5), mul(maximum(b, a), 0.5));
}

/** The smaller of two; see {@link evenMaximum}. */
export function evenMinimum(a: Tensor2D, b: Tensor2D): Tensor2D {
  return add(mul(minimum(a, b), 0.5), mul(minimum(b, a), 0.5));
}

/** |x|, whose gradient is 0 at 0, as in torch (tfjs gives -1). Not x · sign(x): on wasm the sign of 1e-9 is 0. */
export function evenAbs(x: Tensor2D): Tensor2D {
  return evenMaximum(x, neg(x));
}
