import { getF32, setF32, setI32 } from './memory';

// Anchors are taken in blocks that stay in L1 while all ground truths pass by, each coordinate in a column of its own, for SIMD. Lanes beyond
// the last anchor hold NaN, which overlaps nothing, and count as ignored.

export const BLOCK: i32 = 512;
const COLUMN: usize = 4 * <usize>BLOCK;
export const X1: usize = 0;
export const Y1: usize = COLUMN;
export const X2: usize = 2 * COLUMN;
export const Y2: usize = 3 * COLUMN;
export const AREA: usize = 4 * COLUMN;
// The largest IoU so far, -1 where an anchor is ignored, and the first ground truth that reaches it.
export const BEST: usize = 5 * COLUMN;
export const TRUTH: usize = 6 * COLUMN;
// x1 y1 x2 y2 of the box about all.
const EXTENT: usize = 7 * COLUMN;
export const BLOCK_BYTES: usize = EXTENT + 16;

const LEAST_UNION: f32 = 1e-6;

export function fillBlock(block: usize, anchors: usize, count: i32): void {
  let left: f32 = Infinity;
  let top: f32 = Infinity;
  let right: f32 = -Infinity;
  let bottom: f32 = -Infinity;
  for (let i = 0; i < count; i++) {
    const anchor = anchors + ((<usize>i) << 4);
    const x1 = load<f32>(anchor);
    const y1 = load<f32>(anchor, 4);
    const x2 = load<f32>(anchor, 8);
    const y2 = load<f32>(anchor, 12);
    setF32(block + X1, i, x1);
    setF32(block + Y1, i, y1);
    setF32(block + X2, i, x2);
    setF32(block + Y2, i, y2);
    setF32(block + AREA, i, (x2 - x1) * (y2 - y1));
    left = min(left, x1);
    top = min(top, y1);
    right = max(right, x2);
    bottom = max(bottom, y2);
  }
  memory.fill(block + BEST, 0, COLUMN);
  memory.fill(block + TRUTH, 0, COLUMN);
  for (let i = count; i < BLOCK; i++) {
    for (let column = X1; column <= AREA; column += COLUMN) setF32(block + column, i, NaN);
    setF32(block + BEST, i, -1);
  }
  store<f32>(block + EXTENT, left);
  store<f32>(block + EXTENT, top, 4);
  store<f32>(block + EXTENT, right, 8);
  store<f32>(block + EXTENT, bottom, 12);
}

// Whether no anchor of a block overlaps a box. False where a coordinate is NaN.
function isApart(block: usize, box: usize): bool {
  return (
    load<f32>(block + EXTENT) >= load<f32>(box, 8) ||
    load<f32>(block + EXTENT, 4) >= load<f32>(box, 12) ||
    load<f32>(block + EXTENT, 8) <= load<f32>(box) ||
    load<f32>(block + EXTENT, 12) <= load<f32>(box, 4)
  );
}

function areaOf(box: usize): f32 {
  return (load<f32>(box, 8) - load<f32>(box)) * (load<f32>(box, 12) - load<f32>(box, 4));
}

function intersection(block: usize, i: i32, box: usize): f32 {
  const width = min(getF32(block + X2, i), load<f32>(box, 8)) - max(getF32(block + X1, i), load<f32>(box));
  const height =
    min(getF32(block + Y2, i), load<f32>(box, 12)) - max(getF32(block + Y1, i), load<f32>(box, 4));
  return width > 0 && height > 0 ? width * height : 0;
}

// inter / max((areaA + areaB) − inter, 1e-6) in float32, in that order, since equality decides.
export function iouOf(block: usize, i: i32, box: usize): f32 {
  const inter = intersection(block, i, box);
  return inter / max(areaOf(box) + getF32(block + AREA, i) - inter, LEAST_UNION);
}

// Ignores the anchors of which a region covers more than a share, or that cover more of the region.
export function ignoreInside(block: usize, region: usize, threshold: f32, byAnchorArea: bool): void {
  if (isApart(block, region)) return;
  for (let i = 0; i < BLOCK; i++) {
    const inter = intersection(block, i, region);
    const area = byAnchorArea ? getF32(block + AREA, i) : areaOf(region);
    if (inter > 0 && inter / max(area, LEAST_UNION) > threshold) setF32(block + BEST, i, -1);
  }
}

export function hasCounted(block: usize): bool {
  for (let i = 0; i < BLOCK; i++) if (getF32(block + BEST, i) >= 0) return true;
  return false;
}

// Betters BEST and TRUTH by ground truth k; gives its largest IoU with an anchor that counts, of which there is one at least.
export function betterBy(block: usize, box: usize, k: i32): f32 {
  const own = areaOf(box);
  if (own != own) return -1;
  if (isApart(block, box)) return 0;
  if (ASC_FEATURE_SIMD) return betterByFour(block, box, own, k);
  let largest: f32 = 0;
  for (let i = 0; i < BLOCK; i++) {
    const best = getF32(block + BEST, i);
    if (best < 0) continue;
    const iou = iouOf(block, i, box);
    if (iou > largest) largest = iou;
    if (iou > best) {
      setF32(block + BEST, i, iou);
      setI32(block + TRUTH, i, k);
    }
  }
  return largest;
}

function betterByFour(block: usize, box: usize, own: f32, k: i32): f32 {
  const zero = f32x4.splat(0);
  const left = v128.load32_splat(box);
  const top = v128.load32_splat(box, 4);
  const right = v128.load32_splat(box, 8);
  const bottom = v128.load32_splat(box, 12);
  const area = f32x4.splat(own);
  const truth = i32x4.splat(k);
  let largest = zero;
  for (let at = block; at < block + COLUMN; at += 16) {
    const width = f32x4.sub(f32x4.min(v128.load(at, X2), right), f32x4.max(v128.load(at, X1), left));
    const height = f32x4.sub(f32x4.min(v128.load(at, Y2), bottom), f32x4.max(v128.load(at, Y1), top));
    const meets = v128.and(f32x4.gt(width, zero), f32x4.gt(height, zero));
    if (!v128.any_true(meets)) continue;
    const best = v128.load(at, BEST);
    const inter = v128.and(f32x4.mul(width, height), meets);
    const union = f32x4.max(f32x4.sub(f32x4.add(area, v128.load(at, AREA)), inter), f32x4.splat(LEAST_UNION));
    // 0 where an anchor is ignored.
    const iou = v128.and(f32x4.div(inter, union), f32x4.ge(best, zero));
    largest = f32x4.pmax(largest, iou);
    const better = v128.and(f32x4.gt(iou, best), f32x4.ge(best, zero));
    v128.store(at, v128.bitselect(iou, best, better), BEST);
    v128.store(at, v128.bitselect(truth, v128.load(at, TRUTH), better), TRUTH);
  }
  return max(
    max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1)),
    max(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3)),
  );
}
