import { splitBytes } from './entries';
import { getF64, getI32, setF32 } from './memory';
import { smoothedSums } from './smoothed-sums';

// What the ranking losses share. They compute in double precision; losses are returned or, where there are two, written as float32.

// Room for five numbers of 8 bytes an entry, the order and the scores, and the sort.
export function rankingBytes(size: i32): f64 {
  return 8 + 48 * <f64>size + splitBytes(size);
}

// Where the parts of scratch lie.
export function orderAt(scratch: usize): usize {
  return scratch + 8;
}
export function sortedAt(scratch: usize, size: i32): usize {
  return scratch + 8 + 4 * <usize>size;
}
export function numbersAt(scratch: usize, size: i32, which: i32): usize {
  return scratch + 8 + 8 * <usize>size * <usize>(1 + which);
}
export function restAt(scratch: usize, size: i32): usize {
  return scratch + 8 + 48 * <usize>size;
}

// What the shares of the positives push each negative by.
export function pushNegatives(
  share: usize,
  positives: i32,
  negatives: i32,
  size: i32,
  delta: f64,
  gradient: usize,
  scratch: usize,
): void {
  const order = orderAt(scratch);
  const sorted = sortedAt(scratch, size);
  const first = size - negatives;
  const pushed = numbersAt(scratch, size, 4);
  smoothedSums(sorted, share, positives, sorted + ((<usize>first) << 2), negatives, delta, true, pushed);
  for (let j = 0; j < negatives; j++) {
    setF32(gradient, getI32(order, first + j), <f32>getF64(pushed, j));
  }
}
