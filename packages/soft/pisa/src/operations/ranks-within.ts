import type { Tensor1D } from '@tensorflow/tfjs-core';
import {
  cast,
  concat,
  cumsum,
  fill,
  gather,
  neg,
  notEqual,
  ones,
  range,
  slice,
  sub,
  tidy,
  where,
} from '@tensorflow/tfjs-core';
import { orderOf } from './order-of.ts';

/**
 * [n] float32: how many samples of its own group come before each sample in an order. In tfjs ops, without reading back.
 *
 * @param groups [n] float32 group ids.
 * @param order [n] int32, a permutation.
 */
export function ranksWithin(groups: Tensor1D, order: Tensor1D): Tensor1D {
  return tidy(() => {
    const n = groups.shape[0];
    const byGroup = gather(order, orderOf(gather(groups, order)));
    const sorted = gather(groups, byGroup);
    const opens = concat([
      ones([1]),
      cast(notEqual(slice(sorted, [1], [n - 1]), slice(sorted, [0], [n - 1])), 'float32'),
    ]);
    const place = range(0, n);
    // Where the groups open, ascending: sorted to the front, since tfjs has no running maximum.
    const openings = gather(place, orderOf(where(cast(opens, 'bool'), neg(place), fill([n], -n))));
    const ranks = sub<Tensor1D>(place, gather(openings, cast(sub(cumsum(opens), 1), 'int32')));
    return gather(ranks, orderOf(neg(cast(byGroup, 'float32'))));
  });
}
