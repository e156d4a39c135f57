import { splitEntries } from './entries';
import { getF32, getF64, getI32, setF32, setF64 } from './memory';
import { numbersAt, orderAt, pushNegatives, restAt, sortedAt } from './ranking';
import { smoothedSums } from './smoothed-sums';

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
