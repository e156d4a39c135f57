import { keep, keptBytes, openKept, suppressor } from './kept-boxes';
import { getF32, getI32, setF32, setI32 } from './memory';
import { orderBytes, orderDescending } from './sort';

export function nmsBytes(size: i32, groupCount: i32): f64 {
  return 8 * <f64>size + 4 * <f64>groupCount + max(orderBytes(size), keptBytes(size));
}

function areaOf(x1: f32, y1: f32, x2: f32, y2: f32, offset: f32): f32 {
  return (x2 - x1 + offset) * (y2 - y1 + offset);
}

// The given indices by group, and by descending score in each: in `byGroup`; `ends` gets where each group's end. `order` is spent.
function orderInGroups(
  scores: usize,
  group: usize,
  order: usize,
  count: i32,
  groupCount: i32,
  byGroup: usize,
  ends: usize,
  rest: usize,
): void {
  orderDescending(scores, order, count, rest);
  memory.fill(ends, 0, 4 * <usize>groupCount);
  for (let place = 0; place < count; place++) {
    const g = getI32(group, getI32(order, place));
    setI32(ends, g, getI32(ends, g) + 1);
  }
  let total = 0;
  for (let g = 0; g < groupCount; g++) {
    const own = getI32(ends, g);
    setI32(ends, g, total);
    total += own;
  }
  for (let place = 0; place < count; place++) {
    const i = getI32(order, place);
    const g = getI32(group, i);
    const at = getI32(ends, g);
    setI32(byGroup, at, i);
    setI32(ends, g, at + 1);
  }
}

// 1 at the boxes that greedy NMS keeps, else 0. maxPerGroup is a float, as it may be infinite.
export function greedyNms(
  boxes: usize,
  scores: usize,
  group: usize,
  size: i32,
  groupCount: i32,
  iouThreshold: f32,
  maxPerGroup: f64,
  offset: f32,
  scoreThreshold: f32,
  result: usize,
  scratch: usize,
): void {
  const order = scratch;
  const byGroup = order + 4 * <usize>size;
  const ends = byGroup + 4 * <usize>size;
  const rest = ends + 4 * <usize>groupCount;
  let count = 0;
  for (let i = 0; i < size; i++) {
    const g = getI32(group, i);
    setI32(order, count, i);
    count += i32(getF32(scores, i) > scoreThreshold && g >= 0 && g < groupCount);
  }
  orderInGroups(scores, group, order, count, groupCount, byGroup, ends, rest);
  memory.fill(result, 0, 4 * <usize>size);
  let start = 0;
  for (let g = 0; g < groupCount; g++) {
    const end = getI32(ends, g);
    if (end > start) {
      const own = byGroup + 4 * <usize>start;
      keepInGroup(boxes, own, end - start, iouThreshold, maxPerGroup, offset, result, rest);
    }
    start = end;
  }
}

function keepInGroup(
  boxes: usize,
  order: usize,
  count: i32,
  iouThreshold: f32,
  maxPerGroup: f64,
  offset: f32,
  result: usize,
  kept: usize,
): void {
  openKept(kept, boxes, order, count, iouThreshold, false, offset);
  let entry = 0;
  for (let place = 0; place < count && <f64>entry < maxPerGroup; place++) {
    const i = getI32(order, place);
    const box = boxes + ((<usize>i) << 4);
    const x1 = load<f32>(box);
    const y1 = load<f32>(box, 4);
    const x2 = load<f32>(box, 8);
    const y2 = load<f32>(box, 12);
    const area = areaOf(x1, y1, x2, y2, offset);
    if (suppressor(kept, x1, y1, x2, y2, area, true) >= 0) continue;
    keep(kept, x1, y1, x2, y2, area, entry++);
    setF32(result, i, 1);
  }
}

// The box that each belongs to, as `greedyNmsMatch` says.
export function greedyNmsMatch(
  boxes: usize,
  scores: usize,
  group: usize,
  eligible: usize,
  size: i32,
  groupCount: i32,
  iouThreshold: f32,
  maxKeepers: f64,
  result: usize,
  scratch: usize,
): void {
  const order = scratch;
  const byGroup = order + 4 * <usize>size;
  const ends = byGroup + 4 * <usize>size;
  const rest = ends + 4 * <usize>groupCount;
  let count = 0;
  for (let i = 0; i < size; i++) {
    setI32(result, i, i);
    setI32(order, count, i);
    count += i32(getF32(eligible, i) > 0);
  }
  orderInGroups(scores, group, order, count, groupCount, byGroup, ends, rest);
  let start = 0;
  for (let g = 0; g < groupCount; g++) {
    const end = getI32(ends, g);
    // `order` is free again: it takes the keepers of the group.
    if (end > start) {
      const own = byGroup + 4 * <usize>start;
      matchInGroup(boxes, own, end - start, iouThreshold, maxKeepers, order, result, rest);
    }
    start = end;
  }
}

function matchInGroup(
  boxes: usize,
  order: usize,
  count: i32,
  iouThreshold: f32,
  maxKeepers: f64,
  keepers: usize,
  result: usize,
  kept: usize,
): void {
  openKept(kept, boxes, order, count, iouThreshold, true, 0);
  let entry = 0;
  for (let place = 0; place < count; place++) {
    const i = getI32(order, place);
    const box = boxes + ((<usize>i) << 4);
    const x1 = load<f32>(box);
    const y1 = load<f32>(box, 4);
    const x2 = load<f32>(box, 8);
    const y2 = load<f32>(box, 12);
    const area = areaOf(x1, y1, x2, y2, 0);
    const first = suppressor(kept, x1, y1, x2, y2, area, false);
    if (first >= 0) {
      setI32(result, i, getI32(keepers, first));
    } else if (<f64>entry < maxKeepers) {
      keep(kept, x1, y1, x2, y2, area, entry);
      setI32(keepers, entry++, i);
    }
  }
}
