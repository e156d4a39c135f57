import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  concat,
  cumsum,
  div,
  expandDims,
  floor,
  gather,
  greater,
  mod,
  mul,
  neg,
  pad,
  range,
  reshape,
  scatterND,
  searchSorted,
  slice,
  squeeze,
  sub,
  tidy,
  topk,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { runningSums, type SumsBetween } from './sorted-entries.ts';

/**
 * Sums over a range of places, as {@link SumsBetween}, but only of entries whose key is below that of entry i: a wavelet matrix over
 * the ranks of the keys. Level by level, from the highest bit of the rank, all entries are parted stably into those with bit 0 and
 * those with bit 1, and every range is followed to the part its own key lies in; what it leaves behind in part 0 while it goes to part 1 is
 * below. O(m log m), all shapes static.
 *
 * @param keys [m]
 */
export function dominatedSums(keys: Tensor1D): SumsBetween {
  return (weights, from, to) =>
    tidy(() => {
      const m = keys.size;
      const ranks = ranksOf(keys);
      let level = { ranks, weights };
      let [low, high] = [cast<Tensor1D>(from, 'float32'), cast<Tensor1D>(to, 'float32')];
      let sums = zerosLike(weights);
      for (let bit = 2 ** Math.ceil(Math.log2(Math.max(2, m))) / 2; bit >= 1; bit /= 2) {
        const ones = bitOf(level.ranks, bit);
        const zeros = sub<Tensor1D>(1, ones);
        const zerosBefore: Tensor1D = pad(cumsum(zeros), [[1, 0]]);
        const zeroCount = slice(zerosBefore, m, 1);
        const left = runningSums(mul(level.weights, expandDims(zeros, 1)));
        const toOnes = bitOf(ranks, bit);
        const at = (sumsAt: Tensor, place: Tensor1D): Tensor => gather(sumsAt, cast(place, 'int32'));
        const passed = sub(at(left, high), at(left, low));
        sums = add(sums, mul(passed, expandDims(toOnes, 1)));
        const follow = (place: Tensor1D): Tensor1D => {
          const zerosTo = at(zerosBefore, place) as Tensor1D;
          return where(greater(toOnes, 0), add<Tensor1D>(zeroCount, sub(place, zerosTo)), zerosTo);
        };
        [low, high] = [follow(low), follow(high)];
        level = parted(level, ones, slice(zerosBefore, 0, m), zeroCount);
      }
      return sums;
    });
}

/** How many keys are below each. */
function ranksOf(keys: Tensor1D): Tensor1D {
  const ascending = neg<Tensor1D>(topk(neg(keys), keys.size, true).values);
  return reshape(cast(searchSorted(ascending, keys, 'left'), 'float32'), [keys.size]);
}

/** [m] 0 or 1. */
function bitOf(ranks: Tensor1D, bit: number): Tensor1D {
  return mod(floor(div<Tensor1D>(ranks, bit)), 2);
}

interface Level {
  readonly ranks: Tensor1D;
  readonly weights: Tensor2D;
}

/** Those with bit 0 first, each part in the order it had. */
function parted(
  { ranks, weights }: Level,
  ones: Tensor1D,
  zerosBefore: Tensor1D,
  zeroCount: Tensor1D,
): Level {
  const m = ranks.size;
  const columns = weights.shape[1];
  const behind = add<Tensor1D>(zeroCount, sub(range(0, m), zerosBefore));
  const place = cast(where(greater(ones, 0), behind, zerosBefore), 'int32');
  const rows = concat<Tensor2D>([expandDims(ranks, 1), weights], 1);
  const moved = scatterND(expandDims(place, 1), rows, [m, columns + 1]) as Tensor2D;
  return {
    ranks: squeeze(slice(moved, [0, 0], [m, 1]), [1]),
    weights: slice(moved, [0, 1], [m, columns]),
  };
}
