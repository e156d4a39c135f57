import {
  combinedSampling,
  instanceBalanced,
  instanceBalancedSampling,
  iouBalanced,
  iouBalancedSampling,
  randomSampling,
} from '@equipoise/random';
import type { SampleStrategy, StrategyState } from '@equipoise/core';
import { laws } from '@equipoise/testkit';
import { setBackend } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, test } from 'vitest';
import { BACKENDS } from './backends.ts';

// Few enough to leave a choice among the samples of a law.
const quotas = { count: 8, positiveFraction: 0.25 };
const strategies = [
  () => randomSampling(),
  () => randomSampling({ ...quotas, maxNegativesPerPositive: 2 }),
  () => instanceBalancedSampling(quotas),
  () => instanceBalancedSampling({ ...quotas, preset: 'mmdet' }),
  () => iouBalancedSampling(quotas),
  () => iouBalancedSampling({ ...quotas, preset: 'mmdet' }),
  () => iouBalancedSampling({ ...quotas, preset: 'mmdet', floorThreshold: 0.1, floorFraction: 0.3 }),
  () => combinedSampling({ positives: instanceBalanced(), negatives: iouBalanced() }, quotas),
] as (() => SampleStrategy<StrategyState>)[];

describe.each(BACKENDS)('the strategies keep the laws on %s', (backend) => {
  beforeAll(async () => {
    await setBackend(backend);
  });

  for (const make of strategies) {
    for (const [name, law] of Object.entries(laws)) {
      test(`${make().name} ${JSON.stringify(make().options)}: ${name}`, async () => {
        await fc.assert(law(make), { numRuns: 20 });
      });
    }
  }
});
