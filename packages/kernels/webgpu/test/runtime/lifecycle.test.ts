import { pointwiseMap } from '@equipoise/core';
import type { PointwiseAttributes } from '@equipoise/core';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { startWebgpu } from '../../src/node/start-webgpu.ts';
import { withWebgpu } from '../support/with-webgpu.ts';

const twice: PointwiseAttributes['program'] = {
  instructions: [
    { op: 'input', name: 'x' },
    { op: 'add', args: [0, 0] },
  ],
  outputs: [1],
};

function doubled(x: tf.Tensor): tf.Tensor2D {
  return pointwiseMap({ x }, { program: twice, shape: [x.size, 1], bindings: { x: 'row' } })[0]!;
}

withWebgpu('a device and its backend', () => {
  it('may leave the stage between steps and come back', async () => {
    const x = tf.tensor1d([1, 2, 3]);
    expect([...(await doubled(x).data())]).toEqual([2, 4, 6]);
    // What is read is on the CPU, too, so that tfjs can move it there.
    await x.data();
    await tf.setBackend('cpu');
    const y = tf.add(x, 10);
    expect([...(await doubled(y).data())]).toEqual([22, 24, 26]);
    await tf.setBackend('webgpu');
    expect([...(await doubled(y).data())]).toEqual([22, 24, 26]);
    expect([...(await doubled(x).data())]).toEqual([2, 4, 6]);
  });

  it('lost, says so at each call and each read; started anew, computes', async () => {
    const { device } = await startWebgpu();
    const x = tf.ones([2000]);
    const y = doubled(x);
    await y.data();
    const z = doubled(x);
    device.destroy();
    await device.lost;
    const lost = /@equipoise\/webgpu: GPU device: expected one that lives.* got a lost one/;
    expect(() => doubled(x)).toThrow(lost);
    await expect(z.data()).rejects.toThrow(lost);
    await expect(z.data()).rejects.toThrow(lost);
    await startWebgpu();
    expect((await doubled(tf.ones([2000])).data())[0]).toBe(2);
  });
});
