import { demand } from '@equipoise/core';
import { bindingLimit } from './binding-limit.ts';

/** Rows `start … start + count - 1`. */
export interface Rows {
  readonly start: number;
  readonly count: number;
}

/** Offsets of bindings are multiples of 256 bytes. */
const ALIGNED_ROWS = 64;

/**
 * Cuts n rows into runs of which each fits a binding, where an adapter binds less than a tensor may hold (lavapipe: 128 MiB). One run where
 * all fit. Runs start at multiples of 64 rows, so that any row length is aligned.
 *
 * @param elements the elements of the longest row among the tensors bound.
 */
export function rowSlices(rows: number, elements: number): Rows[] {
  const limit = bindingLimit();
  const fitting = Math.floor(limit / (4 * Math.max(1, elements)));
  if (rows <= fitting) return [{ start: 0, count: rows }];
  const step = fitting - (fitting % ALIGNED_ROWS);
  demand(step > 0, {
    package: '@equipoise/webgpu',
    subject: 'row of a tensor',
    expected: `${ALIGNED_ROWS} rows in a binding of ${limit} bytes`,
    actual: `${elements} elements a row`,
  });
  const slices: Rows[] = [];
  for (let start = 0; start < rows; start += step) {
    slices.push({ start, count: Math.min(step, rows - start) });
  }
  return slices;
}
