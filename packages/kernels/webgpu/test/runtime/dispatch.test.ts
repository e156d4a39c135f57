import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  allocate,
  clear,
  defineShader,
  dispatch,
  floatBits,
  release,
  workgroupCount,
} from '../../src/runtime/kernel.ts';
import { limitBindings } from '../../src/runtime/binding-limit.ts';
import { withWebgpu } from '../support/with-webgpu.ts';

const axpy = defineShader(
  'axpy',
  (size: number) => `
  struct Uniform { count: u32, factor: f32 }
  @group(0) @binding(0) var<storage, read> x: array<f32>;
  @group(0) @binding(1) var<storage, read_write> y: array<f32>;
  @group(0) @binding(2) var<uniform> u: Uniform;
  @compute @workgroup_size(${size})
  fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
    for (var i = id.x; i < u.count; i += groups.x * ${size}u) { y[i] += u.factor * x[i]; }
  }`,
  [64],
);
const wrong = defineShader('wrong', (broken: boolean) => (broken ? 'fn main(' : axpy(64).code), [false]);

const tensor = (info: TensorInfo): tf.Tensor => tf.engine().makeTensorFromTensorInfo(info, tf.backend());
const add = (x: TensorInfo, y: TensorInfo, factor: number, count: number) => {
  dispatch(axpy(64), {
    bindings: [x, y],
    uniform: [count, floatBits(factor)],
    workgroups: workgroupCount(count),
  });
};

withWebgpu('dispatch', () => {
  it("keeps its place among tfjs's own work", async () => {
    const x = tf.mul(tf.ones([1000]), 3);
    const y = tensor(allocate([1000], 'float32'));
    clear(y);
    add(x, y, 0.5, 1000);
    const z = tf.add(y, 1);
    add(z, y, 2, 1000);
    expect(new Set(await y.data())).toEqual(new Set([6.5]));
  });

  it('binds slices', async () => {
    const x = tf.range(0, 256);
    const y = tf.zeros([256]);
    dispatch(axpy(64), {
      bindings: [
        { tensor: x, start: 64, count: 10 },
        { tensor: y, start: 128, count: 10 },
      ],
      uniform: [10, floatBits(1)],
      workgroups: 1,
    });
    const values = await y.data();
    expect([...values.subarray(126, 140)]).toEqual([0, 0, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 0, 0]);
  });

  it('sees floats where tfjs has cast integers by label only', async () => {
    const mask = tf.cast(tf.greater(tf.range(0, 200), 100), 'float32');
    const y = tf.zeros([200]);
    add(mask, y, 3, 200);
    expect(Array.from(await y.data())).toEqual(Array.from({ length: 200 }, (_, i) => (i > 100 ? 3 : 0)));
  });

  it('is timed by tf.time', async () => {
    const x = tf.ones([100_000]);
    const y = tf.zeros([100_000]);
    await y.data();
    const time = await tf.time(() => add(x, y, 1, 100_000));
    expect(time.kernelMs).toBeGreaterThan(0);
    expect(JSON.stringify(time.getExtraProfileInfo?.())).toContain('axpy');
  });

  it('a refused shader throws where its output is read', async () => {
    const x = tf.ones([64]);
    const y = tf.zeros([64]);
    expect(() => dispatch(wrong(true), { bindings: [x, y], uniform: [64, 0], workgroups: 1 })).not.toThrow();
    await expect(y.data()).rejects.toThrow(/@equipoise\/webgpu: GPU device: .*wrong/s);
    // And is done with.
    expect((await tf.add(x, 1).data())[0]).toBe(2);
  });

  it('refuses at once, by name, what a binding does not hold', async () => {
    const [x, y] = [tf.ones([130]), tf.zeros([130])];
    limitBindings(512);
    try {
      expect(() => add(x, y, 1, 130)).toThrow(
        '@equipoise/webgpu: tensor of the kernel axpy: expected at most 512 bytes, which is what a binding of this device holds, got 520 bytes',
      );
      expect(() => add(tf.ones([128]), tf.zeros([128]), 1, 128)).not.toThrow();
    } finally {
      limitBindings(undefined);
    }
    expect((await y.data())[0]).toBe(0);
  });

  it('leaks no tensor and no buffer', async () => {
    const x = tf.ones([5000]);
    const before = tf.memory() as tf.MemoryInfo & { numBytesInGPU: number };
    const step = async () => {
      const scratch = allocate([5000], 'float32');
      const y = tensor(allocate([5000], 'float32'));
      add(x, scratch, 1, 5000);
      add(scratch, y, 1, 5000);
      release(scratch);
      await y.data();
      y.dispose();
    };
    await step();
    const { numTensors, numBytesInGPU, numDataBuffers } = tf.memory() as typeof before;
    for (let i = 0; i < 50; i++) await step();
    expect(tf.memory()).toMatchObject({ numTensors, numBytesInGPU, numDataBuffers });
  });
});

describe('floatBits', () => {
  it('is the bit pattern', () => expect(floatBits(1)).toBe(0x3f800000));
});
