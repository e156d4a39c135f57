import { hardNegativeMining } from '@equipoise/hard-negative-mining';
import type { Law } from '@equipoise/testkit';
import { laws } from '@equipoise/testkit';
import { setBackend } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, test } from 'vitest';
import { BACKENDS } from './backends.ts';

// `ssd.pytorch` is not among them: its normalizer of 0 breaks a law, as it says.
const strategies = [
  () => hardNegativeMining(),
  () => hardNegativeMining({ minNegatives: 4, ratio: 1.5 }),
  () => hardNegativeMining({ preset: 'caffe' }),
  () => hardNegativeMining({ preset: 'mmdet' }),
  () => hardNegativeMining({ preset: 'torchvision' }),
  () => hardNegativeMining({ preset: 'paddle' }),
];

describe.each(BACKENDS)('hard-negative-mining keeps the laws on %s', (backend) => {
  beforeAll(async () => {
    await setBackend(backend);
  });

  for (const make of strategies) {
    for (const [name, law] of Object.entries(laws) as [string, Law][]) {
      test(`${JSON.stringify(make().options)}: ${name}`, async () => {
        await fc.assert(law(make), { numRuns: 20 });
      });
    }
  }
});
