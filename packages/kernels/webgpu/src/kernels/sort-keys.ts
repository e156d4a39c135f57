/**
 * WGSL `descendingKey(value)`: unsigned integers whose ascending order is the descending order of floats. -0 is 0; NaN as core's
 * `orderDescending` has it: before all numbers, or after them with the sign set.
 */
export const DESCENDING_KEY = `
fn descendingKey(value: f32) -> u32 {
  let pattern = bitcast<u32>(value);
  if (pattern == 0x80000000u) { return 0x7fffffffu; }
  return select(~pattern & 0x7fffffffu, pattern, pattern >= 0x80000000u);
}`;

/** The key of what comes last. */
export const LAST = '0xffffffffu';

/** How many bits hold the integers 0 … largest. */
export function bitsFor(largest: number): number {
  return 32 - Math.clz32(largest);
}
