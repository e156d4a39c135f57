import { splitEntries } from './entries';
import { getF64, getI32, setF32, setF64 } from './memory';
import { numbersAt, orderAt, pushNegatives, restAt, sortedAt } from './ranking';
import { smoothedSums } from './smoothed-sums';

// 1 − interpolated AP.
export function averagePrecision(
  scores: usize,
  targets: usize,
  size: i32,
  delta: f64,
  gradient: usize,
  scratch: usize,
): f64 {
  const order = orderAt(scratch);
  const sorted = sortedAt(scratch, size);
  memory.fill(gradient, 0, 4 * <usize>size);
  const count = splitEntries(scores, targets, size, delta, order, sorted, scratch, restAt(scratch, size));
  if (count == 0) return 0;
  const negatives = load<i32>(scratch);
  const seen = sorted + ((<usize>(size - negatives)) << 2);
  const above = numbersAt(scratch, size, 0);
  const falsely = numbersAt(scratch, size, 1);
  const share = numbersAt(scratch, size, 2);
  smoothedSums(sorted, 0, count, sorted, count, delta, false, above);
  smoothedSums(seen, 0, negatives, sorted, count, delta, false, falsely);
  const total = <f64>count;
  // The smallest 1 − precision so far, from the lowest score up.
  let best: f64 = 1;
  let loss: f64 = 0;
  for (let i = count - 1; i >= 0; i--) {
    // A positive counts itself as ½ above; ½ more makes it the 1 of the formula.
    const wrong = getF64(falsely, i);
    const rank = getF64(above, i) + 0.5 + wrong;
    const miss = wrong / rank;
    const rho = miss <= best ? 1 : best / miss;
    best = min(best, miss);
    setF64(share, i, rho / rank / total);
    setF32(gradient, getI32(order, i), <f32>(-best / total));
    loss += best / total;
  }
  pushNegatives(share, count, negatives, size, delta, gradient, scratch);
  return loss;
}
