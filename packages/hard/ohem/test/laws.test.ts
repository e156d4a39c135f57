import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import { laws } from '@equipoise/testkit';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { ohem } from '@equipoise/ohem';

describe('ohem keeps the laws', () => {
  for (const [name, law] of Object.entries(laws)) {
    test(name, async () => {
      await fc.assert(law(() => ohem()), { numRuns: 40 });
    });
  }
});
