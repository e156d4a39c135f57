import type { Batch } from '../batches/batch.ts';
import { withRows } from '../batches/batch.ts';
import { demandSame } from '../support/same.ts';
import { gradientsOf } from './gradients-of.ts';
import { defineLaw, type Law } from './law.ts';

/** A sample of label weight 0 is treated as one of label -1, whatever its label. */
export const labelWeightZeroIgnores: Law = defineLaw({
  name: 'a label weight of 0 is the same as the label -1',
  maxRows: 12,
  async check({ make }, { seed, batches: [batch] }) {
    if (!batch!.fields.includes('weights') || batch!.rows.every((row) => row.weight > 0)) return;
    const wanted = await gradientsOf(make, ignoredByLabel(batch!), seed);
    const said = 'label -1 and label weight 0 differ';
    demandSame(wanted, await gradientsOf(make, batch!, seed), said, NEAR);
  },
});

const NEAR = { relative: 1e-5, absolute: 1e-7 };

function ignoredByLabel(batch: Batch): Batch {
  return withRows(
    batch,
    batch.rows.map((row) => (row.weight === 0 ? { ...row, label: -1, groundTruth: -1, weight: 1 } : row)),
  );
}
