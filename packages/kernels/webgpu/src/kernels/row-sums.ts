import type { KernelConfig } from '@tensorflow/tfjs-core';
import { allocate, clear, defineKernel, rowSlices } from '../runtime/kernel.ts';
import { defineEach, forEach } from './each.ts';
import { rowsOf } from './rows-of.ts';

const sums = defineEach(
  'RowSums',
  () => ({
    read: { x: 'f32' },
    write: { y: 'f32' },
    uniform: { columns: 'u32' },
    body: `
    var total = 0.0f;
    for (var k = i * u.columns; k < (i + 1u) * u.columns; k++) { total += x[k]; }
    y[i] = total;`,
  }),
  [{}],
);

/** Core's `RowSums`: an invocation a row. */
export const rowSumsKernel: KernelConfig = defineKernel<'x', object>('RowSums', ({ x }) => {
  const [count, columns] = x.shape as [number, number];
  const y = allocate([count], 'float32');
  if (count === 0) return y;
  if (columns === 0) {
    clear(y);
    return y;
  }
  for (const rows of rowSlices(count, columns)) {
    forEach(sums({}), rows.count, [rowsOf(x, rows, columns), rowsOf(y, rows)], [columns]);
  }
  return y;
});
