import type { Tensor2D } from '@tensorflow/tfjs-core';
import { add, div, maximum, minimum, mul, split, sub, transpose } from '@tensorflow/tfjs-core';

/**
 * [n, k] intersections over the union, the area of the first or the area of the second box, in the float32 order of mmdet's
 * `bbox_overlaps`: the denominator is at least 1e-6.
 */
export function pairwiseOf(first: Tensor2D, second: Tensor2D, over: 'union' | 'first' | 'second'): Tensor2D {
  const [x1, y1, x2, y2] = split(first, 4, 1) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
  const [u1, v1, u2, v2] = split(transpose(second), 4, 0) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
  const width = maximum<Tensor2D>(sub(minimum(x2, u2), maximum(x1, u1)), 0);
  const height = maximum<Tensor2D>(sub(minimum(y2, v2), maximum(y1, v1)), 0);
  const inter = mul<Tensor2D>(width, height);
  const firstArea = mul<Tensor2D>(sub(x2, x1), sub(y2, y1));
  const secondArea = mul<Tensor2D>(sub(u2, u1), sub(v2, v1));
  const whole = {
    union: () => sub<Tensor2D>(add(secondArea, firstArea), inter),
    first: () => firstArea,
    second: () => secondArea,
  };
  return div(inter, maximum(whole[over](), 1e-6));
}
