import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWebgpu } from '@equipoise/webgpu/device';
import { useBackend } from '../../backends/index.ts';
import type { Backend } from '../../backends/index.ts';
import { trainSmallNet } from './small-training.ts';

const gpu = await startWebgpu().catch(() => undefined);

describe.skipIf(gpu === undefined)('webgpu (a graphics card, or node tools/setup-vulkan.ts)', () => {
  let expected: number[];
  let backend: Backend;

  beforeAll(async () => {
    await useBackend('wasm');
    expected = await trainSmallNet();
    backend = await useBackend('webgpu');
  });
  afterAll(async () => await backend?.close());

  it('names its adapter, and says when that is the CPU', () => {
    expect(backend.detail).toMatch(/^webgpu, ./);
    expect(backend.detail.includes('(CPU adapter)')).toBe(gpu?.onCpu);
  });

  it('trains as wasm does', { timeout: 120_000 }, async () => {
    const losses = await trainSmallNet();
    losses.forEach((loss, step) => expect(loss).toBeCloseTo(expected[step] ?? Number.NaN, 3));
  });

  it('throws what the device refuses at the next read, instead of handing out zeros', async () => {
    const { device } = tf.backend() as unknown as { device: GPUDevice };
    device.createBuffer({ size: 16, usage: 0 });
    await device.queue.onSubmittedWorkDone();
    const x = tf.add(tf.ones([2000]), 1);
    await expect(x.data()).rejects.toThrow(/^webgpu: /);
    expect((await x.data())[0]).toBe(2);
    x.dispose();
  });
});
