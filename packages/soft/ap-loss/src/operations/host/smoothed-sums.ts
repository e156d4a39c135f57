/**
 * Σ_j w_j H(v_j − q) for every query q, with the smoothed step H(x) = 0 below −δ, 1 above δ, a line between; for δ = 0, H(x) = 1 where
 * x ≥ 0.
 *
 * H is piecewise linear, so that a query needs only the sums Σ w and Σ w·v of the values wholly above it and of those within δ: one walk
 * over values and queries, both descending. O(values + queries), in double precision.
 */
export function smoothedSums(
  values: Float64Array,
  weights: Float64Array | undefined,
  queries: Float64Array,
  delta: number,
): Float64Array {
  const sums = new Float64Array(queries.length);
  let [full, fullWeight, fullMoment] = [0, 0, 0];
  let [end, endWeight, endMoment] = [0, 0, 0];
  for (let i = 0; i < queries.length; i += 1) {
    const q = queries[i]!;
    while (full < values.length && values[full]! - q >= delta) {
      const weight = weights ? weights[full]! : 1;
      fullWeight += weight;
      fullMoment += weight * values[full]!;
      full += 1;
    }
    sums[i] = fullWeight;
    if (delta === 0) continue;
    while (end < values.length && values[end]! - q > -delta) {
      const weight = weights ? weights[end]! : 1;
      endWeight += weight;
      endMoment += weight * values[end]!;
      end += 1;
    }
    if (end === full) continue;
    const weight = endWeight - fullWeight;
    sums[i]! += (endMoment - fullMoment - q * weight) / (2 * delta) + weight / 2;
  }
  return sums;
}

/** Σ_j w_j H(q − v_j) for every query q: how the values look from above. Values and queries descending. */
export function smoothedSumsBelow(
  values: Float64Array,
  weights: Float64Array,
  queries: Float64Array,
  delta: number,
): Float64Array {
  return smoothedSums(mirrored(values), weights.toReversed(), mirrored(queries), delta).toReversed();
}

function mirrored(values: Float64Array): Float64Array {
  const count = values.length;
  const mirror = new Float64Array(count);
  for (let i = 0; i < count; i += 1) mirror[count - 1 - i] = -values[i]!;
  return mirror;
}
