import { splitBytes, splitEntries } from './entries';
import { getF32, getF64, getI32, setF32, setF64 } from './memory';
import { smoothedSums } from './smoothed-sums';

// Ranking losses and what they hand to each score, in double precision. Losses are returned or, where there are two, written as float32.

// Room for five numbers of 8 bytes an entry, the order and the scores, and the sort.
export function rankingBytes(size: i32): f64 {
  return 8 + 48 * <f64>size + splitBytes(size);
}

// Where the parts of scratch lie.
function orderAt(scratch: usize): usize {
  return scratch + 8;
}
function sortedAt(scratch: usize, size: i32): usize {
  return scratch + 8 + 4 * <usize>size;
}
function numbersAt(scratch: usize, size: i32, which: i32): usize {
  return scratch + 8 + 8 * <usize>size * <usize>(1 + which);
}
function restAt(scratch: usize, size: i32): usize {
  return scratch + 8 + 48 * <usize>size;
}

// What the shares of the positives push each negative by.
function pushNegatives(
  share: usize,
  positives: i32,
  negatives: i32,
  size: i32,
  delta: f64,
  gradient: usize,
  scratch: usize,
): void {
  const order = orderAt(scratch);
  const sorted = sortedAt(scratch, size);
  const first = size - negatives;
  const pushed = numbersAt(scratch, size, 4);
  smoothedSums(sorted, share, positives, sorted + ((<usize>first) << 2), negatives, delta, true, pushed);
  for (let j = 0; j < negatives; j++) {
    setF32(gradient, getI32(order, first + j), <f32>getF64(pushed, j));
  }
}

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

const SMALLEST: f64 = 1e-10;

// The ranking loss is returned, the sorting loss goes to `sorting` as float32.
export function rankSort(
  scores: usize,
  targets: usize,
  size: i32,
  delta: f64,
  gradient: usize,
  sorting: usize,
  scratch: usize,
): f64 {
  const order = orderAt(scratch);
  const sorted = sortedAt(scratch, size);
  memory.fill(gradient, 0, 4 * <usize>size);
  store<f32>(sorting, 0);
  const count = splitEntries(scores, targets, size, delta, order, sorted, scratch, restAt(scratch, size));
  if (count == 0) return 0;
  const negatives = load<i32>(scratch);
  const seen = sorted + ((<usize>(size - negatives)) << 2);
  const falsely = numbersAt(scratch, size, 0);
  const ranks = numbersAt(scratch, size, 1);
  const pulls = numbersAt(scratch, size, 2);
  const share = numbersAt(scratch, size, 3);
  smoothedSums(seen, 0, negatives, sorted, count, delta, false, falsely);
  const quality = numbersAt(scratch, size, 4);
  const sortingError = sortPositives(sorted, targets, order, count, delta, ranks, pulls, quality, share);
  const total = <f64>count;
  let ranking: f64 = 0;
  for (let i = 0; i < count; i++) {
    const wrong = getF64(falsely, i);
    const rank = getF64(ranks, i) + wrong;
    const some = wrong > SMALLEST;
    const error = wrong / rank;
    ranking += error / total;
    setF64(share, i, some ? 1 / rank / total : 0);
    setF32(gradient, getI32(order, i), <f32>((getF64(pulls, i) - (some ? error : 0)) / total));
  }
  pushNegatives(share, count, negatives, size, delta, gradient, scratch);
  store<f32>(sorting, <f32>(sortingError / total));
  return ranking;
}

// Rank among positives and pull of each positive, in descending order of score; gives the sum of sorting errors. Every pair of positives that
// see each other, two at a time.
function sortPositives(
  scores: usize,
  targets: usize,
  order: usize,
  count: i32,
  delta: f64,
  ranks: usize,
  pulls: usize,
  quality: usize,
  steps: usize,
): f64 {
  for (let i = 0; i < count; i++) {
    setF64(quality, i, <f64>getF32(targets, getI32(order, i)));
    setF64(pulls, i, 0);
  }
  let errors: f64 = 0;
  for (let i = 0; i < count; i++) {
    const score = <f64>getF32(scores, i);
    const own = getF64(quality, i);
    let rank: f64 = 0;
    let current: f64 = 0;
    let targetRank: f64 = 0;
    let target: f64 = 0;
    let missorted: f64 = 0;
    let end = 0;
    if (ASC_FEATURE_SIMD) {
      // Pairs that are wholly above count 1 each.
      const ones = f64x2.splat(1);
      const owns = f64x2.splat(own);
      let lacks = f64x2.splat(0);
      let lower = f64x2.splat(0);
      let lowerLacks = f64x2.splat(0);
      const full = wholeSteps(scores, count, score, delta);
      for (; end + 2 <= full; end += 2) {
        const at = quality + ((<usize>end) << 3);
        const qualities = v128.load(at);
        const lack = f64x2.sub(ones, qualities);
        const isLower = f64x2.lt(qualities, owns);
        lacks = f64x2.add(lacks, lack);
        lower = f64x2.add(lower, v128.and(ones, isLower));
        lowerLacks = f64x2.add(lowerLacks, v128.and(lack, isLower));
      }
      rank = <f64>end;
      current = f64x2.extract_lane(lacks, 0) + f64x2.extract_lane(lacks, 1);
      missorted = f64x2.extract_lane(lower, 0) + f64x2.extract_lane(lower, 1);
      targetRank = rank - missorted;
      target = current - f64x2.extract_lane(lowerLacks, 0) - f64x2.extract_lane(lowerLacks, 1);
    }
    const whole = end;
    for (; end < count; end++) {
      const h = step(<f64>getF32(scores, end) - score, delta);
      if (h == 0) break;
      setF64(steps, end, h);
      const lack = h * (1 - getF64(quality, end));
      rank += h;
      current += lack;
      if (getF64(quality, end) < own) {
        missorted += h;
      } else {
        targetRank += h;
        target += lack;
      }
    }
    const error = current / rank - target / targetRank;
    setF64(ranks, i, rank);
    errors += error;
    if (missorted <= SMALLEST) continue;
    setF64(pulls, i, getF64(pulls, i) - error);
    const each = error / missorted;
    if (ASC_FEATURE_SIMD) {
      const pull = f64x2.splat(each);
      const owns = f64x2.splat(own);
      for (let j = 0; j < whole; j += 2) {
        const at = (<usize>j) << 3;
        const isLower = f64x2.lt(v128.load(quality + at), owns);
        v128.store(pulls + at, f64x2.add(v128.load(pulls + at), v128.and(pull, isLower)));
      }
    }
    for (let j = whole; j < end; j++) {
      if (getF64(quality, j) < own) setF64(pulls, j, getF64(pulls, j) + getF64(steps, j) * each);
    }
  }
  return errors;
}

// How many scores from the front on are so far above one that they count 1.
function wholeSteps(scores: usize, count: i32, score: f64, delta: f64): i32 {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (step(<f64>getF32(scores, middle) - score, delta) == 1) low = middle + 1;
    else high = middle;
  }
  return low;
}

// H(x); for δ = 0, 1 where x ≥ 0.
function step(x: f64, delta: f64): f64 {
  if (delta == 0) return x >= 0 ? 1 : 0;
  return min<f64>(1, max<f64>(0, x / (2 * delta) + 0.5));
}
