import { getI32 } from './memory';
import { indicesWhere } from './sort';

// The indices at which a mask is above 0, ascending, then -1; gives their number.
export function maskIndices(mask: usize, size: i32, indices: usize): i32 {
  const count = indicesWhere(mask, size, indices);
  memory.fill(indices + ((<usize>count) << 2), 0xff, (<usize>(size - count)) << 2);
  return count;
}

// Copies the rows at `count` indices, each of so many bytes.
export function rowsAt(source: usize, indices: usize, count: i32, bytes: usize, target: usize): void {
  for (let place = 0; place < count; place++) {
    copyRow(target + bytes * place, source + bytes * getI32(indices, place), bytes);
  }
}

// Not `memory.copy`: a call for each row would keep the machine from fetching several rows at once.
function copyRow(target: usize, source: usize, bytes: usize): void {
  let at: usize = 0;
  if (ASC_FEATURE_SIMD) {
    for (; at + 16 <= bytes; at += 16) v128.store(target + at, v128.load(source + at));
  }
  for (; at + 4 <= bytes; at += 4) store<i32>(target + at, load<i32>(source + at));
  for (; at < bytes; at++) store<u8>(target + at, load<u8>(source + at));
}
