import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, it } from 'vitest';
import { profile } from '../../src/profile.ts';
import { limitBindings } from '../../src/runtime/binding-limit.ts';
import { withWebgpu } from '../support/with-webgpu.ts';

const scaled = (x: tf.Tensor, factor: tf.Scalar): tf.Tensor => tf.engine().runKernel('Scaled', { x, factor });

/** Runs the kernel on 0 … 299 and tells how many shaders it took. */
async function dispatchesBy(factor: tf.Scalar, value: number): Promise<number> {
  const x = tf.range(0, 300);
  let y: tf.Tensor | undefined;
  const { dispatches } = await profile(() => {
    y = scaled(x, factor);
  });
  expect(Array.from(await y!.data())).toEqual(Array.from({ length: 300 }, (_, i) => i * value));
  // What may share the data is disposed of; x still has it.
  y!.dispose();
  expect((await x.data())[299]).toBe(299);
  return dispatches;
}

withWebgpu('Scaled', () => {
  afterEach(() => limitBindings(undefined));

  it('by 1 nothing moves', async () => {
    const one = tf.scalar(1);
    expect(await dispatchesBy(one, 1)).toBe(0);
    // Nor once another operation has brought the 1 to the device, as the box loss does with its upstream gradient.
    await tf.add(tf.range(0, 2000), one).data();
    expect(await dispatchesBy(one, 1)).toBe(0);
  });

  it('by another number, or one that the device has made, it is computed', async () => {
    expect(await dispatchesBy(tf.scalar(3), 3)).toBe(1);
    expect(await dispatchesBy(tf.add(tf.scalar(0), 1), 1)).toBe(1);
  });

  it('of more than a binding holds, in parts', async () => {
    limitBindings(512);
    expect(await dispatchesBy(tf.scalar(-2), -2)).toBe(3);
    expect(scaled(tf.zeros([0, 3]), tf.scalar(2)).shape).toEqual([0, 3]);
  });
});
