import { hardNegativeMining } from '@equipoise/hard-negative-mining';
import type { Law } from '@equipoise/testkit';
import { hardWeightsChoose, labelWeightZeroIgnores, laws, orderDoesNotMatter } from '@equipoise/testkit';
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

/** Laws that a preset breaks as its reference does. */
const broken: Readonly<Record<string, readonly Law[]>> = {
  // Positives of label weight 0 count in its quota and normalizer.
  mmdet: [labelWeightZeroIgnores],
  // Mines positives a second time, the first ones by index.
  torchvision: [hardWeightsChoose, orderDoesNotMatter],
};

describe.each(BACKENDS)('hard-negative-mining keeps the laws on %s', (backend) => {
  beforeAll(async () => {
    await setBackend(backend);
  });

  for (const make of strategies) {
    for (const [name, law] of Object.entries(laws)) {
      if (broken[make().options['preset'] as string]?.includes(law)) continue;
      test(`${JSON.stringify(make().options)}: ${name}`, async () => {
        await fc.assert(law(make), { numRuns: 20 });
      });
    }
  }
});
