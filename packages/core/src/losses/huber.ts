import type { Tensor2D } from '@tensorflow/tfjs-core';
import { div, less, mul, square, sub, where } from '@tensorflow/tfjs-core';
import { detach } from '../operations/detach.ts';

/** e² / 2β for errors e < β, e − β/2 beyond; errors are ≥ 0. Differentiable. */
export function huber(error: Tensor2D, beta: number): Tensor2D {
  const parabola = div<Tensor2D>(mul(square(error), 0.5), beta);
  return where(less(detach(error), beta), parabola, sub(error, 0.5 * beta));
}
