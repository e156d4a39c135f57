import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import { laws } from '@equipoise/testkit';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { focal } from '@equipoise/focal';

describe('focal keeps the laws', () => {
  for (const [name, law] of Object.entries(laws)) {
    test(name, async () => {
      await fc.assert(law(() => focal()), { numRuns: 40 });
    });
  }
});
