import type { Tensor } from '@tensorflow/tfjs-core';
import { demand } from '../errors.ts';
import type { SampleField, Samples } from './samples.ts';

/** Shape after [n, and dtype, of each field; `null` is any size. */
const FIELDS: Readonly<
  Record<SampleField, { readonly tail: readonly (number | null)[]; readonly dtype: 'float32' | 'int32' }>
> = {
  logits: { tail: [null], dtype: 'float32' },
  labels: { tail: [], dtype: 'int32' },
  weights: { tail: [], dtype: 'float32' },
  image: { tail: [], dtype: 'int32' },
  level: { tail: [], dtype: 'int32' },
  groundTruth: { tail: [], dtype: 'int32' },
  deltas: { tail: [4], dtype: 'float32' },
  deltaTargets: { tail: [4], dtype: 'float32' },
  anchors: { tail: [4], dtype: 'float32' },
  maxOverlaps: { tail: [], dtype: 'float32' },
};

/**
 * Checks fields, shapes and dtypes, from what the host knows: nothing is read from the device. Values are checked by
 * {@link checkSampleValues}.
 *
 * @param asker the strategy that needs the fields, for the error.
 * @throws EquipoiseError that names the field.
 */
export function checkSamples(samples: Samples, needs: readonly SampleField[] = [], asker?: string): void {
  for (const field of ['logits', 'labels', ...needs] as const) {
    demand(samples[field] !== undefined, {
      package: '@equipoise/core',
      subject: `samples.${field}`,
      expected: asker === undefined ? 'a tensor' : `a tensor, which ${asker} needs`,
      actual: undefined,
    });
  }
  const n = samples.logits.shape[0];
  for (const field of Object.keys(FIELDS) as SampleField[]) {
    const tensor: Tensor | undefined = samples[field];
    if (tensor) checkField(field, tensor, n);
  }
  const columns = samples.logits.shape[1];
  const fewest = samples.task?.activation === 'softmax' ? 2 : 1;
  demand(columns >= fewest, {
    package: '@equipoise/core',
    subject: 'samples.logits',
    expected: `at least ${fewest} columns`,
    actual: columns,
  });
  const counted = samples.imageCount;
  demand((counted === undefined) === (samples.image === undefined), {
    package: '@equipoise/core',
    subject: 'samples.imageCount',
    expected: samples.image ? 'the number of images, given with samples.image' : 'samples.image with it',
    actual: counted,
  });
  demand(counted === undefined || (Number.isInteger(counted) && counted >= 1), {
    package: '@equipoise/core',
    subject: 'samples.imageCount',
    expected: 'an integer ≥ 1',
    actual: counted,
  });
}

function checkField(field: SampleField, tensor: Tensor, n: number): void {
  const { tail, dtype } = FIELDS[field];
  const { shape } = tensor;
  const fits =
    shape.length === tail.length + 1 &&
    shape[0] === n &&
    tail.every((size, i) => size === null || size === shape[i + 1]);
  demand(fits, {
    package: '@equipoise/core',
    subject: `samples.${field}`,
    expected: `shape [${[n, ...tail.map((size) => size ?? 'columns')].join(', ')}]`,
    actual: `shape [${shape.join(', ')}]`,
  });
  demand(tensor.dtype === dtype, {
    package: '@equipoise/core',
    subject: `samples.${field}`,
    expected: dtype,
    actual: tensor.dtype,
  });
}
