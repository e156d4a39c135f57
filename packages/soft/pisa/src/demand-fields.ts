import type { SampleField, Samples } from '@equipoise/core';
import { demand } from '@equipoise/core';

/** Throws where samples lack one of the fields. */
export function demandFields(samples: Samples, fields: readonly SampleField[]): void {
  for (const field of fields) {
    demand(samples[field] !== undefined, {
      package: '@equipoise/pisa',
      subject: `samples.${field}`,
      expected: 'a tensor',
      actual: undefined,
    });
  }
}
