import '@tensorflow/tfjs-backend-cpu';
import { createRequire } from 'node:module';
import path from 'node:path';
import { laws } from '@equipoise/testkit';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { beforeAll, describe, test } from 'vitest';
import { ohem } from '@equipoise/ohem';

const wasm = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
setWasmPaths(path.dirname(wasm) + path.sep);

describe.each(['cpu', 'wasm'])('ohem keeps the laws on %s', (backend) => {
  beforeAll(async () => {
    await setBackend(backend);
  });

  for (const [name, law] of Object.entries(laws)) {
    test(name, async () => {
      await fc.assert(
        law(() => ohem()),
        { numRuns: 40 },
      );
    });
  }
});
