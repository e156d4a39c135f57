import { spread } from '@equipoise/core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  add,
  bincount,
  cast,
  fill,
  greater,
  mul,
  reshape,
  searchSorted,
  slice,
  tensor1d,
  tidy,
  where,
  zeros,
} from '@tensorflow/tfjs-core';
import { binEdges } from './bin-edges.ts';
import type { GradientHistogramAttributes, GradientHistogramInputs } from './gradient-histogram.ts';

/** The histogram in tfjs ops: a bin is the number of edges at or below the norm. */
export function gradientHistogramComposed(
  { norms, weights, group }: GradientHistogramInputs,
  { bins, groupCount }: GradientHistogramAttributes,
): readonly [Tensor1D, Tensor2D] {
  const m = norms.size;
  const uncounted = groupCount * bins;
  return tidy((): [Tensor1D, Tensor2D] => {
    if (m === 0) return [zeros([0], 'int32'), zeros([groupCount, bins])];
    const columns = m / weights.size;
    const bin: Tensor1D =
      bins === 1
        ? zeros([m])
        : reshape(cast(searchSorted(tensor1d(binEdges(bins)), norms, 'right'), 'float32'), [m]);
    // Places as float32, exact to 2^24, since not every backend adds int32.
    const row = mul<Tensor1D>(cast(group, 'float32'), bins);
    const place = add<Tensor1D>(reshape(spread(row, columns), [m]), bin);
    const counted: Tensor1D = reshape(spread(cast(greater(weights, 0), 'float32'), columns), [m]);
    const nowhere: Tensor1D = fill([m], uncounted);
    const places = cast<Tensor1D>(where(cast(counted, 'bool'), place, nowhere), 'int32');
    const counts = slice(bincount(places, tensor1d([], 'float32'), uncounted + 1), 0, uncounted);
    return [places, reshape(counts, [groupCount, bins])];
  });
}
