import { getF32, getI32, getU32, setF32, setI32, setU32 } from './memory';
import { descendingKey } from './sort';

const BITS: i32 = 11;
const BUCKETS: i32 = 1 << BITS;

export function selectBytes(size: i32, imageCount: i32): f64 {
  return 12 * <f64>size + 4 * <f64>imageCount + BUCKETS * 4;
}

// 1 at the k[b] eligible samples of highest score in each image b, else 0.
export function selectTopK(
  scores: usize,
  eligible: usize,
  image: usize,
  k: usize,
  size: i32,
  imageCount: i32,
  kept: usize,
  scratch: usize,
): void {
  const members = scratch;
  const keys = members + 4 * <usize>size;
  const left = keys + 4 * <usize>size;
  const ends = left + 4 * <usize>size;
  const buckets = ends + 4 * <usize>imageCount;
  memory.fill(kept, 0, 4 * <usize>size);
  membersByImage(eligible, image, size, imageCount, members, ends);
  let start = 0;
  for (let b = 0; b < imageCount; b++) {
    const end = getI32(ends, b);
    const own = members + 4 * <usize>start;
    keepHighest(scores, own, end - start, getF32(k, b), kept, keys, left, buckets);
    start = end;
  }
}

// The eligible samples, those of image 0 first, ascending within each, and where each image's end.
function membersByImage(
  eligible: usize,
  image: usize,
  size: i32,
  imageCount: i32,
  members: usize,
  ends: usize,
): void {
  memory.fill(ends, 0, 4 * <usize>imageCount);
  for (let i = 0; i < size; i++) {
    const b = getI32(image, i);
    if (getF32(eligible, i) != 0) setI32(ends, b, getI32(ends, b) + 1);
  }
  let total = 0;
  for (let b = 0; b < imageCount; b++) {
    const count = getI32(ends, b);
    setI32(ends, b, total);
    total += count;
  }
  for (let i = 0; i < size; i++) {
    if (getF32(eligible, i) == 0) continue;
    const b = getI32(image, i);
    const place = getI32(ends, b);
    setI32(members, place, i);
    setI32(ends, b, place + 1);
  }
}

function keepHighest(
  scores: usize,
  members: usize,
  count: i32,
  k: f32,
  kept: usize,
  keys: usize,
  left: usize,
  buckets: usize,
): void {
  if (k < 1) return;
  if (k >= <f32>count) {
    for (let m = 0; m < count; m++) setF32(kept, getI32(members, m), 1);
    return;
  }
  for (let m = 0; m < count; m++) {
    const key = descendingKey(getU32(scores, getI32(members, m)));
    setU32(keys, m, key);
    setU32(left, m, key);
  }
  // Digit by digit from the top: the bucket in which the k-th key lies, then only the keys in it.
  let rank = <i32>k;
  let remaining = count;
  let threshold: u32 = 0;
  for (let shift = 21; ; shift -= 11) {
    // The lowest digit has 10 bits.
    const bits = shift < 0 ? 10 : BITS;
    const by = shift < 0 ? 0 : shift;
    const mask: u32 = (1 << bits) - 1;
    memory.fill(buckets, 0, BUCKETS * 4);
    for (let m = 0; m < remaining; m++) {
      const bucket = (getU32(left, m) >> by) & mask;
      setI32(buckets, bucket, getI32(buckets, bucket) + 1);
    }
    let bucket = 0;
    while (rank > getI32(buckets, bucket)) rank -= getI32(buckets, bucket++);
    threshold |= (<u32>bucket) << by;
    if (by == 0) break;
    let next = 0;
    for (let m = 0; m < remaining; m++) {
      const key = getU32(left, m);
      setU32(left, next, key);
      next += i32(((key >> by) & mask) == <u32>bucket);
    }
    remaining = next;
  }
  // Below the threshold all are kept, at it the first `rank`.
  for (let m = 0; m < count; m++) {
    const key = getU32(keys, m);
    if (key < threshold || (key == threshold && rank-- > 0)) setF32(kept, getI32(members, m), 1);
  }
}
