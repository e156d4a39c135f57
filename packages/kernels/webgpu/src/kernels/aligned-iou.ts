import type { KernelConfig } from '@tensorflow/tfjs-core';
import { allocate, defineKernel, floatBits, rowSlices } from '../runtime/kernel.ts';
import { boxOverlap } from './box-overlap.ts';
import { defineEach, forEach } from './each.ts';
import { rowsOf } from './rows-of.ts';

const overlapsOfRows = defineEach(
  'AlignedIou',
  () => ({
    read: { a: 'vec4f', b: 'vec4f' },
    write: { overlaps: 'f32' },
    uniform: { zero: 'u32', least: 'f32' },
    declarations: boxOverlap(0),
    body: `
    let inter = intersectionOf(a[i], b[i]);
    overlaps[i] = inter / max((areaOf(a[i]) + areaOf(b[i])) - inter, u.least);`,
  }),
  [{}],
);

/** `AlignedIou`: one pass over the boxes. */
export const alignedIouKernel: KernelConfig = defineKernel<'a' | 'b', { readonly least: number }>(
  'AlignedIou',
  ({ a, b }, { least }) => {
    const count = a.shape[0]!;
    const overlaps = allocate([count], 'float32');
    for (const rows of rowSlices(count, 4)) {
      const bindings = [rowsOf(a, rows, 4), rowsOf(b, rows, 4), rowsOf(overlaps, rows)];
      forEach(overlapsOfRows({}), rows.count, bindings, [0, floatBits(least)]);
    }
    return overlaps;
  },
);
