import { BACKENDS } from './backends.ts';
import type { SampleStrategy, StrategyState } from '@equipoise/core';
import { aLrp, apLoss, rankAndSort } from '@equipoise/ap-loss';
import { laws } from '@equipoise/testkit';
import { setBackend } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, test } from 'vitest';

const strategies: Readonly<Record<string, () => SampleStrategy<StrategyState>>> = {
  'ap-loss': () => apLoss(),
  alrp: () => aLrp(),
  'rank-and-sort': () => rankAndSort(),
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
