import { getI32, setI32 } from './memory';

// Counters by any int32 key: a hash table of open addressing. A slot is a key and a count, -1 where it is free.

// A power of two, at least twice as many slots as keys.
export function counterSlots(keys: i32): i32 {
  return 1 << (33 - clz(max(keys, 1)));
}
export function counterBytes(keys: i32): f64 {
  return 8 * <f64>counterSlots(keys);
}
export function clearCounters(table: usize, slots: i32): void {
  memory.fill(table, 0xff, 8 * <usize>slots);
}
// How often a key has been seen before; sees it once more.
export function countUp(table: usize, slots: i32, key: i32): i32 {
  // The top bits of a product with 2^32 over the golden ratio.
  let slot = <i32>((<u32>key * 0x9e3779b1) >> (clz(slots) + 1));
  while (true) {
    const count = getI32(table, 2 * slot + 1);
    if (count < 0) {
      setI32(table, 2 * slot, key);
      setI32(table, 2 * slot + 1, 1);
      return 0;
    }
    if (getI32(table, 2 * slot) == key) {
      setI32(table, 2 * slot + 1, count + 1);
      return count;
    }
    slot = (slot + 1) & (slots - 1);
  }
}
