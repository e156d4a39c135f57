import { getF32, getI32, setF32, setI32 } from './memory';

// The boxes that greedy NMS has kept in a group, found by a grid: each lies in every cell that it touches, in blocks of four boxes side by side
// for SIMD. There are at most so many blocks; boxes beyond them go to a list that is searched whole.

const LANES: i32 = 4;
// x1 y1 x2 y2 area entry of each lane, the next block, and the number of lanes taken.
const BLOCK_BYTES: usize = 112;
const NEXT: usize = 96;
const TAKEN: usize = 100;
const LARGEST_SIDE: i32 = 128;

// A header of the state: addresses and numbers, so that functions pass one address.
const H_BLOCKS: usize = 0;
const H_BLOCK_COUNT: usize = 4;
const H_BLOCK_LIMIT: usize = 8;
const H_COLUMNS: usize = 12;
const H_ROWS: usize = 16;
const H_LEFT: usize = 20;
const H_TOP: usize = 24;
const H_PER_CELL: usize = 28;
const H_OFFSET: usize = 32;
const H_THRESHOLD: usize = 36;
const H_INCLUSIVE: usize = 40;
const HEADER_BYTES: usize = 48;
const HEADS: usize = HEADER_BYTES;
// One more head than cells: the list that is searched whole.
const HEADS_BYTES: usize = 4 * (LARGEST_SIDE * LARGEST_SIDE + 1);

// As many blocks as boxes in the grid, and those of the list, which are full.
export function keptBytes(size: i32): f64 {
  return <f64>(HEADER_BYTES + HEADS_BYTES) + <f64>BLOCK_BYTES * (1.25 * <f64>size + 8);
}

// Sets out for the boxes of a group, `order` of them, none kept yet.
export function openKept(
  kept: usize,
  boxes: usize,
  order: usize,
  count: i32,
  threshold: f32,
  inclusive: bool,
  offset: f32,
): void {
  store<u32>(kept + H_BLOCKS, <u32>(kept + HEADS + HEADS_BYTES));
  store<i32>(kept + H_BLOCK_COUNT, 0);
  store<i32>(kept + H_BLOCK_LIMIT, count);
  store<f32>(kept + H_OFFSET, offset);
  store<f32>(kept + H_THRESHOLD, threshold);
  store<i32>(kept + H_INCLUSIVE, i32(inclusive));
  layGrid(kept, boxes, order, count, offset);
  const cells = load<i32>(kept + H_COLUMNS) * load<i32>(kept + H_ROWS);
  memory.fill(kept + HEADS, 0, 4 * (<usize>cells + 1));
}

// Cells of twice the mean side, at most 128 × 128 and not many more than boxes; one cell where a coordinate is not finite.
function layGrid(kept: usize, boxes: usize, order: usize, count: i32, offset: f32): void {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  let sides: f64 = 0;
  for (let place = 0; place < count; place++) {
    const box = boxes + ((<usize>getI32(order, place)) << 4);
    const x1 = <f64>load<f32>(box);
    const y1 = <f64>load<f32>(box, 4);
    const x2 = <f64>load<f32>(box, 8);
    const y2 = <f64>load<f32>(box, 12);
    left = min(left, x1);
    top = min(top, y1);
    right = max(right, x2 + offset);
    bottom = max(bottom, y2 + offset);
    sides += x2 - x1 + (y2 - y1);
  }
  const side = min(LARGEST_SIDE, <i32>Math.ceil(Math.sqrt(<f64>count)));
  const cell = max(sides / <f64>count, max((right - left) / <f64>side, (bottom - top) / <f64>side));
  const usable = right - left > 0 && bottom - top > 0 && cell > 0 && cell < Infinity;
  store<i32>(kept + H_COLUMNS, usable ? <i32>min(<f64>side, Math.ceil((right - left) / cell)) : 1);
  store<i32>(kept + H_ROWS, usable ? <i32>min(<f64>side, Math.ceil((bottom - top) / cell)) : 1);
  store<f32>(kept + H_LEFT, usable ? <f32>left : 0);
  store<f32>(kept + H_TOP, usable ? <f32>top : 0);
  store<f32>(kept + H_PER_CELL, usable ? <f32>(1 / cell) : 0);
}

// Monotone in x, so that boxes which overlap share a cell. Beyond the grid, and NaN, is its edge.
function cellOf(x: f32, start: f32, perCell: f32, count: i32): i32 {
  const at = (x - start) * perCell;
  return at >= <f32>count ? count - 1 : at > 0 ? <i32>at : 0;
}

// Keeps a box as the next entry.
export function keep(kept: usize, x1: f32, y1: f32, x2: f32, y2: f32, area: f32, entry: i32): void {
  const columns = load<i32>(kept + H_COLUMNS);
  const rows = load<i32>(kept + H_ROWS);
  const left = load<f32>(kept + H_LEFT);
  const top = load<f32>(kept + H_TOP);
  const perCell = load<f32>(kept + H_PER_CELL);
  const offset = load<f32>(kept + H_OFFSET);
  const firstColumn = cellOf(x1, left, perCell, columns);
  const lastColumn = cellOf(x2 + offset, left, perCell, columns);
  const firstRow = cellOf(y1, top, perCell, rows);
  const lastRow = cellOf(y2 + offset, top, perCell, rows);
  const touched = (lastColumn - firstColumn + 1) * (lastRow - firstRow + 1);
  const room = load<i32>(kept + H_BLOCK_LIMIT) - load<i32>(kept + H_BLOCK_COUNT);
  if (touched > room || touched > 16) {
    append(kept, columns * rows, x1, y1, x2, y2, area, entry);
    return;
  }
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) {
      append(kept, row * columns + column, x1, y1, x2, y2, area, entry);
    }
  }
}

function append(kept: usize, cell: i32, x1: f32, y1: f32, x2: f32, y2: f32, area: f32, entry: i32): void {
  const head = kept + HEADS + ((<usize>cell) << 2);
  let block = <usize>load<u32>(head);
  if (block == 0 || load<i32>(block + TAKEN) == LANES) {
    const count = load<i32>(kept + H_BLOCK_COUNT);
    const made = <usize>load<u32>(kept + H_BLOCKS) + <usize>count * BLOCK_BYTES;
    store<i32>(kept + H_BLOCK_COUNT, count + 1);
    // Lanes that are not taken hold NaN, which overlaps nothing.
    for (let i = 0; i < 5 * LANES; i++) setF32(made, i, NaN);
    store<u32>(made + NEXT, <u32>block);
    store<i32>(made + TAKEN, 0);
    store<u32>(head, <u32>made);
    block = made;
  }
  const lane = load<i32>(block + TAKEN);
  setF32(block, lane, x1);
  setF32(block, lane + 4, y1);
  setF32(block, lane + 8, x2);
  setF32(block, lane + 12, y2);
  setF32(block, lane + 16, area);
  setI32(block, lane + 20, entry);
  store<i32>(block + TAKEN, lane + 1);
}

// The lowest entry that overlaps a box enough, -1 none; or just any, where `any` is asked for.
export function suppressor(kept: usize, x1: f32, y1: f32, x2: f32, y2: f32, area: f32, any: bool): i32 {
  const columns = load<i32>(kept + H_COLUMNS);
  const rows = load<i32>(kept + H_ROWS);
  const left = load<f32>(kept + H_LEFT);
  const top = load<f32>(kept + H_TOP);
  const perCell = load<f32>(kept + H_PER_CELL);
  const offset = load<f32>(kept + H_OFFSET);
  const lastColumn = cellOf(x2 + offset, left, perCell, columns);
  const firstColumn = cellOf(x1, left, perCell, columns);
  const lastRow = cellOf(y2 + offset, top, perCell, rows);
  let first = searched(kept, columns * rows, x1, y1, x2, y2, area, any, i32.MAX_VALUE);
  if (any && first != i32.MAX_VALUE) return first;
  for (let row = cellOf(y1, top, perCell, rows); row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) {
      first = searched(kept, row * columns + column, x1, y1, x2, y2, area, any, first);
      if (any && first != i32.MAX_VALUE) return first;
    }
  }
  return first == i32.MAX_VALUE ? -1 : first;
}

function searched(
  kept: usize,
  cell: i32,
  x1: f32,
  y1: f32,
  x2: f32,
  y2: f32,
  area: f32,
  any: bool,
  before: i32,
): i32 {
  const offset = load<f32>(kept + H_OFFSET);
  const threshold = load<f32>(kept + H_THRESHOLD);
  const inclusive = load<i32>(kept + H_INCLUSIVE) != 0;
  let first = before;
  for (
    let block = <usize>load<u32>(kept + HEADS + ((<usize>cell) << 2));
    block != 0;
    block = <usize>load<u32>(block + NEXT)
  ) {
    let found = overlapping(block, x1, y1, x2, y2, area, offset, threshold, inclusive);
    while (found != 0) {
      first = min(first, getI32(block, ctz(found) + 20));
      if (any) return first;
      found &= found - 1;
    }
  }
  return first;
}

// Bit i is set where lane i of a block overlaps a box enough: inter / ((areaA + areaB) − inter) in float32, in that order.
function overlapping(
  block: usize,
  x1: f32,
  y1: f32,
  x2: f32,
  y2: f32,
  area: f32,
  offset: f32,
  threshold: f32,
  inclusive: bool,
): i32 {
  if (ASC_FEATURE_SIMD) {
    const zero = f32x4.splat(0);
    const own = f32x4.splat(offset);
    const width = f32x4.add(
      f32x4.sub(
        f32x4.min(f32x4.splat(x2), v128.load(block, 32)),
        f32x4.max(f32x4.splat(x1), v128.load(block)),
      ),
      own,
    );
    const height = f32x4.add(
      f32x4.sub(
        f32x4.min(f32x4.splat(y2), v128.load(block, 48)),
        f32x4.max(f32x4.splat(y1), v128.load(block, 16)),
      ),
      own,
    );
    const meets = v128.and(f32x4.gt(width, zero), f32x4.gt(height, zero));
    if (!v128.any_true(meets)) return 0;
    const inter = f32x4.mul(width, height);
    const union = f32x4.sub(f32x4.add(f32x4.splat(area), v128.load(block, 64)), inter);
    const iou = f32x4.div(inter, union);
    const limit = f32x4.splat(threshold);
    const enough = inclusive ? f32x4.ge(iou, limit) : f32x4.gt(iou, limit);
    return i32x4.bitmask(v128.and(meets, enough));
  }
  let found = 0;
  for (let lane = 0; lane < LANES; lane++) {
    const width = min(x2, getF32(block, lane + 8)) - max(x1, getF32(block, lane)) + offset;
    const height = min(y2, getF32(block, lane + 12)) - max(y1, getF32(block, lane + 4)) + offset;
    if (!(width > 0 && height > 0)) continue;
    const inter = width * height;
    const iou = inter / (area + getF32(block, lane + 16) - inter);
    if (inclusive ? iou >= threshold : iou > threshold) found |= 1 << lane;
  }
  return found;
}
