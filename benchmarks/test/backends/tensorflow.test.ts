import { detach } from '@equipoise/core';
import { mul, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../backends/index.ts';
import { findTensorflow } from '../../backends/tensorflow-package.ts';
import { trainSmallNet } from './small-training.ts';

const isSetUp = works(findTensorflow);

describe.skipIf(!isSetUp)('tensorflow (set up with npm run setup:tensorflow)', () => {
  it('trains as wasm does, and the same again', async () => {
    await useBackend('wasm');
    const expected = await trainSmallNet();
    const { name, detail, versions } = await useBackend('tensorflow', { threads: 1 });
    expect(name).toBe('tensorflow');
    expect(detail).toMatch(/^tensorflow, libtensorflow \d+\.\d+\.\d+, 1 thread$/);
    expect(versions['libtensorflow']).toMatch(/^\d+\.\d+\.\d+$/);
    const first = await trainSmallNet();
    first.forEach((loss, step) => expect(loss).toBeCloseTo(expected[step] ?? Number.NaN, 3));
    expect(await trainSmallNet()).toEqual(first);
  });

  it('keeps detached values when their original is gone', async () => {
    await useBackend('tensorflow', { threads: 1 });
    const doubled = tidy(() => detach(mul(tensor1d([1, 2]), 2)));
    expect([...(await doubled.data())]).toEqual([2, 4]);
    doubled.dispose();
  });

  it('is what auto takes on a machine without a graphics card', async () => {
    const { name, why } = await useBackend('auto');
    expect(['tensorflow', 'webgpu']).toContain(name);
    expect(why).toMatch(/^(tensorflow: set up; not webgpu: |webgpu: )/);
  });
});

function works(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
