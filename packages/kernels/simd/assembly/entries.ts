import { getF32, getI32, setF32, setI32 } from './memory';
import { orderBytes, orderDescending } from './sort';

// Positives and the negatives that any of them can see, by descending score, equal scores by lower index; positives from the front of `order`,
// negatives at its end, and their scores in the same places of `sorted`.

export function splitBytes(size: i32): f64 {
  return orderBytes(size);
}

// The number of positives; that of the negatives goes to `negativeCount`.
export function splitEntries(
  scores: usize,
  targets: usize,
  size: i32,
  delta: f64,
  order: usize,
  sorted: usize,
  negativeCount: usize,
  scratch: usize,
): i32 {
  let lowest = Infinity;
  for (let i = 0; i < size; i++) {
    if (getF32(targets, i) > 0) lowest = min(lowest, <f64>getF32(scores, i));
  }
  const threshold = <f32>(lowest - delta);
  let first = size;
  for (let i = size - 1; i >= 0; i--) {
    if (getF32(targets, i) == 0 && getF32(scores, i) >= threshold) setI32(order, --first, i);
  }
  let positives = 0;
  for (let i = 0; i < size; i++) if (getF32(targets, i) > 0) setI32(order, positives++, i);
  const negatives = order + ((<usize>first) << 2);
  orderDescending(scores, order, positives, scratch);
  orderDescending(scores, negatives, size - first, scratch);
  for (let place = 0; place < positives; place++) {
    setF32(sorted, place, getF32(scores, getI32(order, place)));
  }
  for (let place = first; place < size; place++) {
    setF32(sorted, place, getF32(scores, getI32(order, place)));
  }
  store<i32>(negativeCount, size - first);
  return positives;
}
