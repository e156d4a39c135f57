const BITS = 11;
const BUCKETS = 1 << BITS;
const PASSES = 3;

/**
 * The given indices by descending value, equal values by ascending index: a stable radix sort, O(n), on the bit patterns of float32.
 * `indices` must be ascending. Values must not be NaN.
 */
export function orderDescending(values: Float32Array, indices: Int32Array): Int32Array {
  const count = indices.length;
  const patterns = new Uint32Array(values.buffer, values.byteOffset, values.length);
  let keys = new Uint32Array(count);
  for (let i = 0; i < count; i += 1) keys[i] = descendingKey(patterns[indices[i]!]!);
  let order = Int32Array.from(indices);
  let nextKeys = new Uint32Array(count);
  let nextOrder = new Int32Array(count);
  for (let pass = 0; pass < PASSES; pass += 1) {
    const shift = pass * BITS;
    const starts = bucketStarts(keys, shift);
    for (let i = 0; i < count; i += 1) {
      const key = keys[i]!;
      const place = starts[(key >>> shift) & (BUCKETS - 1)]!++;
      nextKeys[place] = key;
      nextOrder[place] = order[i]!;
    }
    [keys, nextKeys] = [nextKeys, keys];
    [order, nextOrder] = [nextOrder, order];
  }
  return order;
}

/** Unsigned integers whose ascending order is the descending order of the floats; -0 equals 0. */
function descendingKey(pattern: number): number {
  if (pattern === 0x80000000) return 0x7fffffff;
  return pattern & 0x80000000 ? pattern : ~pattern & 0x7fffffff;
}

function bucketStarts(keys: Uint32Array, shift: number): Uint32Array {
  const starts = new Uint32Array(BUCKETS);
  for (let i = 0; i < keys.length; i += 1) starts[(keys[i]! >>> shift) & (BUCKETS - 1)]! += 1;
  let start = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    const size = starts[bucket]!;
    starts[bucket] = start;
    start += size;
  }
  return starts;
}
