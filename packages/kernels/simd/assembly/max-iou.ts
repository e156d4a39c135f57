import {
  BEST,
  betterBy,
  BLOCK,
  BLOCK_BYTES,
  fillBlock,
  hasCounted,
  ignoreInside,
  iouOf,
  TRUTH,
} from './anchor-block';
import { getF32, getI32, setF32, setI32 } from './memory';

function blockCount(size: i32): i32 {
  return (size + BLOCK - 1) / BLOCK;
}

// The blocks, and the largest IoU of each ground truth in each block and in all.
export function maxIouBytes(size: i32, boxCount: i32): f64 {
  const blocks = <f64>blockCount(size);
  return <f64>BLOCK_BYTES * blocks + 4 * <f64>boxCount * (blocks + 1);
}

const NONE: i32 = 0;
const PROMOTE: i32 = 2;

// lowQuality: 0 none, 1 reassign, 2 promote.
export function maxIouAssignment(
  anchors: usize,
  boxes: usize,
  ignored: usize,
  size: i32,
  boxCount: i32,
  ignoredCount: i32,
  positiveIou: f32,
  negativeLow: f32,
  negativeHigh: f32,
  lowQuality: i32,
  minPositiveIou: f32,
  matchZero: bool,
  assignAllTies: bool,
  ignoreIofThreshold: f32,
  ignoreByAnchorArea: bool,
  assigned: usize,
  overlap: usize,
  scratch: usize,
): void {
  const blocks = blockCount(size);
  const ofBlocks = scratch + BLOCK_BYTES * <usize>blocks;
  const largest = ofBlocks + ((<usize>(boxCount * blocks)) << 2);
  for (let k = 0; k < boxCount; k++) setF32(largest, k, -1);
  for (let at = 0; at < blocks; at++) {
    const start = at * BLOCK;
    const count = min(BLOCK, size - start);
    const block = scratch + BLOCK_BYTES * <usize>at;
    fillBlock(block, anchors + ((<usize>start) << 4), count);
    if (ignoreIofThreshold > 0) {
      for (let region = 0; region < ignoredCount; region++) {
        ignoreInside(block, ignored + ((<usize>region) << 4), ignoreIofThreshold, ignoreByAnchorArea);
      }
    }
    const counted = hasCounted(block);
    for (let k = 0; k < boxCount; k++) {
      const found: f32 = counted ? betterBy(block, boxes + ((<usize>k) << 4), k) : -1;
      setF32(ofBlocks, k * blocks + at, found);
      setF32(largest, k, max(getF32(largest, k), found));
    }
    memory.copy(overlap + ((<usize>start) << 2), block + BEST, (<usize>count) << 2);
    for (let i = 0; i < count; i++) {
      const iou = getF32(block + BEST, i);
      let code = -2;
      if (boxCount == 0) {
        if (iou >= 0) code = -1;
      } else if (iou >= positiveIou) {
        code = getI32(block + TRUTH, i);
      } else if (iou >= negativeLow && iou < negativeHigh) {
        code = -1;
      }
      setI32(assigned, start + i, code);
    }
  }
  if (lowQuality == NONE) return;
  for (let k = 0; k < boxCount; k++) {
    const most = getF32(largest, k);
    if (!(most >= minPositiveIou && (most > 0 || (most == 0 && matchZero)))) continue;
    for (let at = 0; at < blocks; at++) {
      if (getF32(ofBlocks, k * blocks + at) != most) continue;
      const block = scratch + BLOCK_BYTES * <usize>at;
      const codes = assigned + ((<usize>(at * BLOCK)) << 2);
      const some = matchTies(
        block,
        boxes + ((<usize>k) << 4),
        k,
        most,
        lowQuality == PROMOTE,
        assignAllTies,
        codes,
      );
      if (some && !assignAllTies) break;
    }
  }
}

// Makes the anchors of a block that tie for the largest IoU of ground truth k positive, or the first only; false where there are none.
function matchTies(
  block: usize,
  box: usize,
  k: i32,
  most: f32,
  promotes: bool,
  all: bool,
  codes: usize,
): bool {
  let some = false;
  for (let i = 0; i < BLOCK; i++) {
    if (getF32(block + BEST, i) < 0 || iouOf(block, i, box) != most) continue;
    setI32(codes, i, promotes ? getI32(block + TRUTH, i) : k);
    if (!all) return true;
    some = true;
  }
  return some;
}
