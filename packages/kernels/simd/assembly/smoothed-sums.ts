import { getF32, getF64, setF64 } from './memory';

// Σ_j w_j H(v_j − q) for every query q, with the smoothed step H(x) = 0 below −δ, 1 above δ, a line between; for δ = 0, H(x) = 1 where x ≥ 0.
// H is piecewise linear, so that a query needs only Σ w and Σ w·v of the values wholly above it and of those within δ: one walk over values and
// queries, both descending, in double precision.

// Values and queries float32, weights float64 or 0 for ones. `below` looks from the other end: Σ_j w_j H(q − v_j).
export function smoothedSums(
  values: usize,
  weights: usize,
  count: i32,
  queries: usize,
  queryCount: i32,
  delta: f64,
  below: bool,
  sums: usize,
): void {
  let full = 0;
  let fullWeight: f64 = 0;
  let fullMoment: f64 = 0;
  let end = 0;
  let endWeight: f64 = 0;
  let endMoment: f64 = 0;
  for (let i = 0; i < queryCount; i++) {
    const query = below ? queryCount - 1 - i : i;
    const q = signed(queries, query, below);
    while (full < count) {
      const j = below ? count - 1 - full : full;
      const v = signed(values, j, below);
      if (!(v - q >= delta)) break;
      const weight: f64 = weights != 0 ? getF64(weights, j) : 1;
      fullWeight += weight;
      fullMoment += weight * v;
      full++;
    }
    let sum = fullWeight;
    if (delta != 0) {
      while (end < count) {
        const j = below ? count - 1 - end : end;
        const v = signed(values, j, below);
        if (!(v - q > -delta)) break;
        const weight: f64 = weights != 0 ? getF64(weights, j) : 1;
        endWeight += weight;
        endMoment += weight * v;
        end++;
      }
      if (end != full) {
        const weight = endWeight - fullWeight;
        sum += (endMoment - fullMoment - q * weight) / (2 * delta) + weight / 2;
      }
    }
    setF64(sums, query, sum);
  }
}

function signed(values: usize, index: i32, below: bool): f64 {
  const value = <f64>getF32(values, index);
  return below ? -value : value;
}
