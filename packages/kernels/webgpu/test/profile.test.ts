import { pointwiseSum } from '@equipoise/core';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { profile } from '../src/profile.ts';
import { withWebgpu } from './support/with-webgpu.ts';

const KiB = 1024;

withWebgpu('profile', ({ device }) => {
  it("counts tfjs's dispatches and the bytes they bind", async () => {
    const x = tf.ones([KiB]);
    const y = await profile(() => tf.add(tf.mul(x, x), x));
    // Two inputs and an output; x twice is bound twice.
    expect(y).toMatchObject({ dispatches: 2, bytes: 2 * 3 * 4 * KiB });
    expect(y.gpuMs).toBeGreaterThan(0);
  });

  it("counts ours: a sum's two stages, value and derivative in one pass", async () => {
    const x = tf.ones([KiB * 4, 2]);
    const attributes = {
      program: { instructions: [{ op: 'input', name: 'x' }], outputs: [0, 0] },
      shape: [KiB * 4, 2],
      bindings: { x: 'entry' },
    } as const;
    const { dispatches, bytes } = await profile(() => pointwiseSum({ x }, attributes));
    expect(dispatches).toBe(2);
    const grid = 4 * KiB * 8;
    expect(bytes).toBeGreaterThan(2 * grid);
    expect(bytes).toBeLessThan(2.3 * grid);
  });

  it('waits for what is async, and leaves all as it was', async () => {
    const x = tf.ones([KiB]);
    const methods = (): unknown[] => [
      Reflect.get(GPUComputePassEncoder.prototype, 'dispatchWorkgroups'),
      Reflect.get(device, 'createBindGroup'),
    ];
    const before = methods();
    const { dispatches } = await profile(async () => {
      await tf.add(x, 1).data();
      tf.add(x, 2);
    });
    expect(dispatches).toBe(2);
    await expect(
      profile(() => {
        throw new Error('mine');
      }),
    ).rejects.toThrow('mine');
    expect(methods()).toEqual(before);
  });

  it('times more work as longer', async () => {
    const small = tf.ones([KiB]);
    const large = tf.ones([KiB * KiB]);
    const time = async (x: tf.Tensor) => (await profile(() => tf.add(x, x))).gpuMs!;
    await time(small);
    await time(large);
    expect(await time(large)).toBeGreaterThan(await time(small));
  });

  it('refuses another backend', async () => {
    await tf.setBackend('cpu');
    await expect(profile(() => undefined)).rejects.toThrow(/backend: expected tfjs's webgpu.*got 'cpu'/);
  });
});
