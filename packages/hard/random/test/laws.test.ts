import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import { laws } from '@equipoise/testkit';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { randomSampling } from '@equipoise/random';

describe('random keeps the laws', () => {
  for (const [name, law] of Object.entries(laws)) {
    test(name, async () => {
      await fc.assert(law(() => randomSampling()), { numRuns: 40 });
    });
  }
});
