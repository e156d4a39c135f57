import { getI32, getU32, setI32, setU32 } from './memory';

const BITS: i32 = 11;
const BUCKETS: i32 = 1 << BITS;

// Unsigned integers whose ascending order is the descending order of the floats; -0 equals 0, NaN comes last.
export function descendingKey(pattern: u32): u32 {
  if ((pattern & 0x7fffffff) > 0x7f800000) return 0xffffffff;
  if (pattern == 0x80000000) return 0x7fffffff;
  return pattern & 0x80000000 ? pattern : ~pattern & 0x7fffffff;
}

// Bytes of scratch for orderDescending of so many indices.
export function orderBytes(count: i32): f64 {
  return 12 * <f64>count + 3 * BUCKETS * 4;
}

// Sorts `order`, ascending indices into `values`, by descending value; equal values stay in order. A radix sort in three passes, of which
// those are left out in which all keys have the same digit.
export function orderDescending(values: usize, order: usize, count: i32, scratch: usize): void {
  const keys = scratch;
  const starts = scratch + 12 * <usize>count;
  memory.fill(starts, 0, 3 * BUCKETS * 4);
  for (let i = 0; i < count; i++) {
    const key = descendingKey(getU32(values, getI32(order, i)));
    setU32(keys, i, key);
    for (let pass = 0; pass < 3; pass++) {
      const bucket = pass * BUCKETS + ((key >> (pass * BITS)) & (BUCKETS - 1));
      setI32(starts, bucket, getI32(starts, bucket) + 1);
    }
  }
  let from = keys;
  let to = scratch + 4 * <usize>count;
  let orderFrom = order;
  let orderTo = scratch + 8 * <usize>count;
  for (let pass = 0; pass < 3; pass++) {
    const own = starts + ((<usize>(pass * BUCKETS)) << 2);
    if (!startsOf(own, count)) continue;
    const shift = pass * BITS;
    for (let i = 0; i < count; i++) {
      const key = getU32(from, i);
      const bucket = (key >> shift) & (BUCKETS - 1);
      const place = getI32(own, bucket);
      setI32(own, bucket, place + 1);
      setU32(to, place, key);
      setI32(orderTo, place, getI32(orderFrom, i));
    }
    const keysBefore = from;
    from = to;
    to = keysBefore;
    const orderBefore = orderFrom;
    orderFrom = orderTo;
    orderTo = orderBefore;
  }
  if (orderFrom != order) memory.copy(order, orderFrom, (<usize>count) << 2);
}

// Sizes of buckets to where they start; false where one holds all.
function startsOf(sizes: usize, count: i32): bool {
  let start = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const size = getI32(sizes, bucket);
    if (size == count) return false;
    setI32(sizes, bucket, start);
    start += size;
  }
  return true;
}

// The indices at which a float32 mask is above 0, ascending; gives their number.
export function indicesWhere(mask: usize, size: i32, indices: usize): i32 {
  let count = 0;
  let i = 0;
  if (ASC_FEATURE_SIMD) {
    // Most masks are 0 nearly everywhere.
    for (; i + 8 <= size; i += 8) {
      const at = mask + ((<usize>i) << 2);
      const first = f32x4.gt(v128.load(at), f32x4.splat(0));
      const second = f32x4.gt(v128.load(at, 16), f32x4.splat(0));
      if (v128.any_true(v128.or(first, second))) count = appendWhere(mask, i, i + 8, indices, count);
    }
  }
  return appendWhere(mask, i, size, indices, count);
}

function appendWhere(mask: usize, start: i32, end: i32, indices: usize, before: i32): i32 {
  let count = before;
  for (let i = start; i < end; i++) {
    setI32(indices, count, i);
    count += i32(load<f32>(mask + ((<usize>i) << 2)) > 0);
  }
  return count;
}
