import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BackendUnavailable, useBackend } from '../../backends/index.ts';
import { verify } from '../../backends/verify.ts';
import { trainSmallNet } from './small-training.ts';

afterEach(() => vi.unstubAllEnvs());

describe('useBackend', () => {
  it('makes the named backend the current one and says what it is', async () => {
    const wasm = await useBackend('wasm', { threads: 1 });
    expect(tf.getBackend()).toBe('wasm');
    expect(wasm).toMatchObject({ name: 'wasm', detail: 'wasm, SIMD, 1 thread' });
    expect(wasm.versions).toMatchObject({ '@tensorflow/tfjs-backend-wasm': '4.22.0', node: process.version });
    const cpu = await useBackend('cpu');
    expect(tf.getBackend()).toBe('cpu');
    expect(cpu.detail).toBe('cpu, plain JavaScript');
  });

  it('trains a convolutional net with batch normalisation, wasm as cpu, and leaks nothing', async () => {
    await useBackend('cpu');
    const expected = await trainSmallNet();
    await useBackend('wasm');
    const before = tf.memory().numTensors;
    const losses = await trainSmallNet();
    expect(tf.memory().numTensors).toBe(before);
    losses.forEach((loss, step) => expect(loss).toBeCloseTo(expected[step] ?? Number.NaN, 4));
    expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0);
  });

  it('refuses a name it does not know', async () => {
    // @ts-expect-error -- what a command line may hand on
    await expect(useBackend('cuda')).rejects.toThrow("'cuda' is not known; take one of auto, webgpu");
  });

  it('refuses threads that make no sense', async () => {
    await expect(useBackend('wasm', { threads: 2 })).rejects.toThrow('runs on one thread, got 2');
    await expect(useBackend('tensorflow', { threads: 0.5 })).rejects.toThrow('positive integer, got 0.5');
  });

  it.runIf(process.platform === 'linux')('says which driver webgpu misses and how to get one', async () => {
    vi.stubEnv('EQUIPOISE_CACHE', '/nowhere');
    vi.stubEnv('VK_ICD_FILENAMES', '/nowhere/driver.json');
    const refused = await useBackend('webgpu').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(BackendUnavailable);
    expect(String(refused)).toMatch(
      /backend webgpu: GPU adapter: none: .*; it needs a Vulkan driver: .*`npm run setup:vulkan`/,
    );
  });

  it('notices a silent fallback', async () => {
    await useBackend('cpu');
    await expect(verify('wasm')).rejects.toThrow('backend wasm: tfjs took cpu instead');
  });
});
