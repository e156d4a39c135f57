import { splitEntries } from './entries';
import { getF32, getF64, getI32, setF32, setF64 } from './memory';
import { numbersAt, orderAt, pushNegatives, restAt, sortedAt } from './ranking';
import { smoothedSums } from './smoothed-sums';

// As the reference's ε.
const FEWEST: f64 = 1e-5;

// 1 − mean precision.
export function alrp(
  scores: usize,
  targets: usize,
  errors: usize,
  size: i32,
  delta: f64,
  gradient: usize,
  ranks: usize,
  shares: usize,
  scratch: usize,
): f64 {
  const order = orderAt(scratch);
  const sorted = sortedAt(scratch, size);
  memory.fill(gradient, 0, 4 * <usize>size);
  memory.fill(ranks, 0, 4 * <usize>size);
  memory.fill(shares, 0, 4 * <usize>size);
  const count = splitEntries(scores, targets, size, delta, order, sorted, scratch, restAt(scratch, size));
  const negatives = load<i32>(scratch);
  const seen = sorted + ((<usize>(size - negatives)) << 2);
  const above = numbersAt(scratch, size, 0);
  const falsely = numbersAt(scratch, size, 1);
  const mislocated = numbersAt(scratch, size, 2);
  const error = numbersAt(scratch, size, 3);
  const share = numbersAt(scratch, size, 4);
  for (let i = 0; i < count; i++) setF64(error, i, <f64>getF32(errors, getI32(order, i)));
  smoothedSums(sorted, 0, count, sorted, count, delta, false, above);
  smoothedSums(seen, 0, negatives, sorted, count, delta, false, falsely);
  smoothedSums(sorted, error, count, sorted, count, delta, false, mislocated);
  const total = <f64>count;
  let loss: f64 = 0;
  let inverseRanks: f64 = 0;
  for (let i = count - 1; i >= 0; i--) {
    // Each positive counts itself as ½ in the sums: 1 in its rank, 0 in the error of others.
    const wrong = getF64(falsely, i);
    const rank = getF64(above, i) + 0.5 + wrong;
    inverseRanks += 1 / rank;
    loss += wrong / rank / total;
    const at = getI32(order, i);
    setF32(ranks, at, <f32>rank);
    setF32(shares, at, <f32>(inverseRanks / total));
    setF64(share, i, 0);
    if (wrong <= FEWEST) continue;
    const each = (getF64(mislocated, i) - getF64(error, i) / 2 + wrong) / rank / total;
    setF32(gradient, at, <f32>-each);
    setF64(share, i, each / wrong);
  }
  // `error` is spent; the pushes go where `share` does not lie.
  memory.copy(error, share, 8 * <usize>count);
  pushNegatives(error, count, negatives, size, delta, gradient, scratch);
  return loss;
}
