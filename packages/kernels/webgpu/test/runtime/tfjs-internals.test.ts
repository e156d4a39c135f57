import { KernelBackend } from '@tensorflow/tfjs-core';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { demandKnownBackend, PINNED_VERSION } from '../../src/runtime/tfjs-internals.ts';

describe("tfjs's inside", () => {
  it('is that of the version installed here', () => {
    expect(() => demandKnownBackend(WebGPUBackend)).not.toThrow();
    const manifest = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-webgpu/package.json');
    expect(JSON.parse(readFileSync(manifest, 'utf8'))).toMatchObject({ version: PINNED_VERSION });
  });

  it('of another version is refused by name', () => {
    class Other extends KernelBackend {}
    expect(() => demandKnownBackend(Other)).toThrow(
      /tfjs-backend-webgpu: expected version 4\.22\.0, whose inside these kernels use, got one without the method uploadToGPU, /,
    );
  });
});
