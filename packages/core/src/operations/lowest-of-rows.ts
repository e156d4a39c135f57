import type { Tensor2D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  cumsum,
  equal,
  expandDims,
  less,
  lessEqual,
  mul,
  neg,
  range,
  sub,
  sum,
  topk,
  zeros,
} from '@tensorflow/tfjs-core';

/**
 * [b, n] → [b, n] float32: 1 at the lowest values of each row, equal values by lower column. As many as `counts` [b, 1] says, which are 1
 * to `most`; `most` without it. most ≤ n.
 */
export function lowestOfRows(values: Tensor2D, most: number, counts?: Tensor2D): Tensor2D {
  if (most === 0) return zeros(values.shape);
  // Only the values of topk, not its indices, whose ties differ from device to device.
  const lowest = neg<Tensor2D>(topk(neg(values), most, true).values);
  const rank = expandDims<Tensor2D>(range(1, most + 1), 0);
  const atLast = cast<Tensor2D>(equal(rank, counts ?? most), 'float32');
  const last = sum<Tensor2D>(mul(lowest, atLast), 1, true);
  const below = cast<Tensor2D>(less(values, last), 'float32');
  const tied = cast<Tensor2D>(equal(values, last), 'float32');
  const open = sub<Tensor2D>(counts ?? most, sum(below, 1, true));
  return add(below, mul(tied, cast(lessEqual(cumsum(tied, 1), open), 'float32')));
}
