import {
  checkSampleValues,
  criterion,
  EquipoiseError,
  seededRandom,
  type SampleField,
} from '@equipoise/core';
import { getBackend, tidy } from '@tensorflow/tfjs-core';
import type { Batch, Row } from '../batches/batch.ts';
import { withRows } from '../batches/batch.ts';
import { disposeSamples, samplesOf } from '../batches/samples-of.ts';
import { defineLaw, type Law, type Make } from './law.ts';

/** In the checked mode a value that is no number is refused by an error that names the first sample that has one. */
export const checkedNamesTheSample: Law = defineLaw({
  name: 'checked mode names the first sample that is not finite',
  maxRows: 6,
  async check({ make }, { seed, batches: [batch] }) {
    const { spoiled, field, sample } = spoil(batch!, seed);
    const refusal = await refusalOf(make, spoiled);
    const expected = `samples.${field} of sample ${sample}`;
    if (!(refusal instanceof EquipoiseError) || refusal.subject !== expected) {
      throw new Error(
        `expected an error about ${expected}, got ${refusal instanceof Error ? refusal.message : 'none'}`,
      );
    }
  },
});

/** A batch some of whose samples, from one on, have a value that is no number. */
function spoil(batch: Batch, seed: number): { spoiled: Batch; field: SampleField; sample: number } {
  const random = seededRandom(seed);
  const sample = random.below(batch.rows.length);
  const field =
    (['logits', 'deltas', 'weights'] as const)
      .filter((name) => name === 'logits' || batch.fields.includes(name))
      .at(random.below(3) - 3) ?? 'logits';
  const bad = [NaN, Infinity, -Infinity][random.below(3)]!;
  const spoilt = (row: Row): Row =>
    field === 'weights'
      ? { ...row, weight: bad }
      : { ...row, [field]: row[field].map((value, i) => (i === 0 ? bad : value)) };
  const rows = batch.rows.map((row, i) => (i >= sample ? spoilt(row) : row));
  return { spoiled: withRows(batch, rows), field, sample };
}

/** What refuses a batch: the criterion's checked mode, or on webgpu, which cannot read at once, the check before the step. */
async function refusalOf(make: Make, batch: Batch): Promise<unknown> {
  const samples = samplesOf(batch);
  try {
    if (getBackend() === 'webgpu') await checkSampleValues(samples);
    else tidy(() => void criterion(make(), {}, { checked: true }).loss(samples));
    return undefined;
  } catch (error) {
    return error;
  } finally {
    disposeSamples(samples);
  }
}
