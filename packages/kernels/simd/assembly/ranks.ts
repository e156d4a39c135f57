import { clearCounters, counterBytes, counterSlots, countUp } from './group-counter';
import { fillF32, getF32, getI32, setF32, setI32 } from './memory';
import { indicesWhere, orderBytes, orderDescending } from './sort';

export function rankWithinGroupBytes(size: i32): f64 {
  return 4 * <f64>size + max(orderBytes(size), counterBytes(size));
}

// How many eligible samples of its group come before each by descending score; `size` where one is not eligible.
export function rankWithinGroup(
  scores: usize,
  eligible: usize,
  group: usize,
  size: i32,
  ranks: usize,
  scratch: usize,
): void {
  const order = scratch;
  const rest = scratch + 4 * <usize>size;
  const count = indicesWhere(eligible, size, order);
  orderDescending(scores, order, count, rest);
  fillF32(ranks, size, <f32>size);
  const slots = counterSlots(count);
  clearCounters(rest, slots);
  for (let place = 0; place < count; place++) {
    const i = getI32(order, place);
    setF32(ranks, i, <f32>countUp(rest, slots, getI32(group, i)));
  }
}

export function hierarchicalLocalRankBytes(size: i32, outerCount: i32): f64 {
  return 20 * <f64>size + 4 * <f64>outerCount + 4 + max(orderBytes(size), counterBytes(size));
}

const EXACT: i32 = 0;
const LARGEST: i32 = 1;

// key: 0 exact, 1 largest, 2 own.
export function hierarchicalLocalRank(
  scores: usize,
  inner: usize,
  outer: usize,
  eligible: usize,
  size: i32,
  outerCount: i32,
  key: i32,
  ranks: usize,
  scratch: usize,
): void {
  const ranked = scratch;
  const byScore = ranked + 4 * <usize>size;
  const local = byScore + 4 * <usize>size;
  const byLevel = local + 4 * <usize>size;
  const sizes = byLevel + 8 * <usize>size + 4;
  const rest = sizes + 4 * <usize>outerCount;
  const count = indicesWhere(eligible, size, ranked);
  memory.copy(byScore, ranked, 4 * <usize>count);
  orderDescending(scores, byScore, count, rest);
  const slots = counterSlots(count);
  clearCounters(rest, slots);
  for (let place = 0; place < count; place++) {
    const i = getI32(byScore, place);
    setI32(local, i, countUp(rest, slots, getI32(inner, i) * outerCount + getI32(outer, i)));
  }
  if (key == EXACT) {
    byAscendingRank(byScore, local, count, byLevel, byLevel + 4 * <usize>size);
  } else {
    groupSizes(ranked, outer, count, outerCount, key, sizes);
    const keys = byLevel + 4 * <usize>size;
    // Rounded to float32 as the reference does: the sum of two numbers is rounded once.
    for (let place = 0; place < count; place++) {
      const i = getI32(ranked, place);
      const ahead = getI32(sizes, getI32(outer, i)) - getI32(local, i);
      setF32(keys, i, <f32>(<f64>getF32(scores, i) + <f64>ahead));
    }
    memory.copy(byLevel, ranked, 4 * <usize>count);
    orderDescending(keys, byLevel, count, rest);
  }
  fillF32(ranks, size, -1);
  memory.fill(sizes, 0, 4 * <usize>outerCount);
  for (let place = 0; place < count; place++) {
    const i = getI32(byLevel, place);
    const group = getI32(outer, i);
    const rank = getI32(sizes, group);
    setF32(ranks, i, <f32>rank);
    setI32(sizes, group, rank + 1);
  }
}

// `order`, sorted stably by ascending rank: a counting sort.
function byAscendingRank(order: usize, ranks: usize, count: i32, sorted: usize, starts: usize): void {
  memory.fill(starts, 0, 4 * (<usize>count + 1));
  for (let place = 0; place < count; place++) {
    const after = getI32(ranks, getI32(order, place)) + 1;
    setI32(starts, after, getI32(starts, after) + 1);
  }
  for (let rank = 1; rank <= count; rank++) {
    setI32(starts, rank, getI32(starts, rank) + getI32(starts, rank - 1));
  }
  for (let place = 0; place < count; place++) {
    const i = getI32(order, place);
    const rank = getI32(ranks, i);
    const at = getI32(starts, rank);
    setI32(sorted, at, i);
    setI32(starts, rank, at + 1);
  }
}

// How many are ranked in each outer group, or in the largest.
function groupSizes(ranked: usize, outer: usize, count: i32, outerCount: i32, key: i32, sizes: usize): void {
  memory.fill(sizes, 0, 4 * <usize>outerCount);
  let largest = 0;
  for (let place = 0; place < count; place++) {
    const group = getI32(outer, getI32(ranked, place));
    const size = getI32(sizes, group) + 1;
    setI32(sizes, group, size);
    largest = max(largest, size);
  }
  if (key == LARGEST) for (let group = 0; group < outerCount; group++) setI32(sizes, group, largest);
}
