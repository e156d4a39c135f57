import '@tensorflow/tfjs-backend-cpu';
import { createRequire } from 'node:module';
import path from 'node:path';
import { carl, isrN, isrP, pisa } from '@equipoise/pisa';
import { laws } from '@equipoise/testkit';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { beforeAll, describe, test } from 'vitest';

const wasm = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
setWasmPaths(path.dirname(wasm) + path.sep);

const STRATEGIES = {
  isrP: () => isrP(),
  'isrP mmdet': () => isrP({ preset: 'mmdet', bias: 0.2 }),
  isrN: () => isrN({ count: 12 }),
  'isrN mmdet': () => isrN({ count: 12, preset: 'mmdet', scoreThreshold: 0.4 }),
  carl: () => carl(),
  pisa: () => pisa(),
  'pisa over isrN': () => pisa({}, isrN({ count: 20 })),
};

describe.each(['cpu', 'wasm'])('PISA keeps the laws on %s', (backend) => {
  beforeAll(async () => {
    await setBackend(backend);
  });

  for (const [strategy, make] of Object.entries(STRATEGIES)) {
    for (const [name, law] of Object.entries(laws)) {
      test(`${strategy}: ${name}`, async () => {
        await fc.assert(law(make), { numRuns: 6 });
      });
    }
  }
});
