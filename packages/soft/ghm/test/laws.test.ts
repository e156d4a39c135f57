import { BACKENDS } from './backends.ts';
import type { SampleStrategy, StrategyState } from '@equipoise/core';
import { ghm, ghmC, ghmR } from '@equipoise/ghm';
import { laws } from '@equipoise/testkit';
import { setBackend } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, test } from 'vitest';

const strategies: Readonly<Record<string, () => SampleStrategy<StrategyState>>> = {
  'ghm-c': () => ghmC(),
  'ghm-c by image': () => ghmC({ scope: 'image' }),
  'ghm-c exact': () => ghmC({ density: 'exact', scope: 'image' }),
  'ghm-c mmdet': () => ghmC({ preset: 'mmdet' }),
  'ghm-r': () => ghmR(),
  ghm: () => ghm(),
};

describe.each(BACKENDS)('on %s', (backend) => {
  beforeAll(async () => {
    await setBackend(backend);
  });

  describe.each(Object.entries(strategies))('%s keeps the laws', (_name, make) => {
    for (const [name, law] of Object.entries(laws)) {
      test(name, async () => {
        await fc.assert(law(make), { numRuns: 20 });
      });
    }
  });
});
