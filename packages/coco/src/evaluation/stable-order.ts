const DIGIT = 11;
const BUCKETS = 1 << DIGIT;
const MASK = BUCKETS - 1;
/** Bit positions of the digits of a 32-bit word. */
const SHIFTS = [0, 11, 22] as const;

/** The order 0, 1, …, `count` - 1. */
export function identityOrder(count: number): Int32Array {
  const order = new Int32Array(count);
  for (let i = 0; i < count; i += 1) order[i] = i;
  return order;
}

/**
 * `order`, sorted stably by `keys[order[i]]` ascending: a counting sort, O(n + buckets).
 *
 * @param order - [n] indices into `keys`; not changed
 * @param keys - integers in 0 … `buckets` - 1
 */
export function orderByKey(order: Int32Array, keys: Int32Array, buckets: number): Int32Array {
  if (buckets <= 1) return order;
  const next = startsByKey(order, keys, buckets);
  const sorted = new Int32Array(order.length);
  for (let i = 0; i < order.length; i += 1) {
    const item = order[i]!;
    const key = keys[item]!;
    const at = next[key]!;
    next[key] = at + 1;
    sorted[at] = item;
  }
  return sorted;
}

/** [buckets + 1] where each key's run begins once `order` is sorted by key; the last entry is the count. */
export function startsByKey(order: Int32Array, keys: Int32Array, buckets: number): Int32Array {
  const starts = new Int32Array(buckets + 1);
  for (let i = 0; i < order.length; i += 1) starts[keys[order[i]!]! + 1]! += 1;
  for (let key = 0; key < buckets; key += 1) starts[key + 1]! += starts[key]!;
  return starts;
}

/**
 * `order`, sorted stably by `scores[order[i]]` descending, exactly as a stable mergesort by -score would.
 *
 * @remarks Radix sort over the bit pattern of the double, whose order is that of the number once negative numbers are
 * mirrored; digits that all scores share cost one counting pass and no move. 0 and -0 are equal.
 * @param scores - finite numbers
 */
export function orderByScore(order: Int32Array, scores: Float64Array): Int32Array {
  const { low, high } = descendingWords(scores);
  let from = order;
  let spare: Int32Array = new Int32Array(order.length);
  for (const words of [low, high]) {
    for (const shift of SHIFTS) {
      if (!radixPass(from, spare, words, shift)) continue;
      const previous = from;
      from = spare;
      // The caller's array is never written to.
      spare = previous === order ? new Int32Array(order.length) : previous;
    }
  }
  return from;
}

/** The 64-bit keys, as two words, whose unsigned ascending order is the scores' descending order. */
function descendingWords(scores: Float64Array): { low: Int32Array; high: Int32Array } {
  const low = new Int32Array(scores.length);
  const high = new Int32Array(scores.length);
  const value = new Float64Array(1);
  const bits = new Int32Array(value.buffer);
  const [lowAt, highAt] = wordOrder();
  for (let i = 0; i < scores.length; i += 1) {
    value[0] = scores[i]! + 0;
    const negative = bits[highAt]! < 0;
    low[i] = negative ? bits[lowAt]! : ~bits[lowAt]!;
    high[i] = negative ? bits[highAt]! : ~bits[highAt]! & 0x7fffffff;
  }
  return { low, high };
}

function wordOrder(): readonly [number, number] {
  const littleEndian = new Int32Array(new Float64Array([-0]).buffer)[1] !== 0;
  return littleEndian ? [0, 1] : [1, 0];
}

/** Sorts by one digit; false when all items share it, and then `to` is left alone. */
function radixPass(from: Int32Array, to: Int32Array, words: Int32Array, shift: number): boolean {
  const count = from.length;
  const next = new Int32Array(BUCKETS + 1);
  for (let i = 0; i < count; i += 1) next[((words[from[i]!]! >>> shift) & MASK) + 1]! += 1;
  for (let digit = 1; digit <= BUCKETS; digit += 1) {
    if (next[digit] === count) return false;
    next[digit]! += next[digit - 1]!;
  }
  for (let i = 0; i < count; i += 1) {
    const item = from[i]!;
    const digit = (words[item]! >>> shift) & MASK;
    const at = next[digit]!;
    next[digit] = at + 1;
    to[at] = item;
  }
  return true;
}
