import { ohem } from '@equipoise/ohem';
import { laws } from '@equipoise/testkit';
import { setBackend } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, test } from 'vitest';
import { BACKENDS } from './backends.ts';

const count = 5;
const strategies = [
  () => ohem(),
  () => ohem({ count }),
  () => ohem({ count, preset: 'official' }),
  () => ohem({ count, preset: 'mmdet' }),
  () => ohem({ count, preset: 'r-fcn' }),
  () => ohem({ count, preset: 'tf', maxNegativesPerPositive: 1, minNegatives: 1 }),
];

describe.each(BACKENDS)('ohem keeps the laws on %s', (backend) => {
  beforeAll(async () => {
    await setBackend(backend);
  });

  for (const make of strategies) {
    for (const [name, law] of Object.entries(laws)) {
      test(`${JSON.stringify(make().options)}: ${name}`, async () => {
        await fc.assert(law(make), { numRuns: 20 });
      });
    }
  }
});
