import { criterion, pointwiseMap } from '@equipoise/core';
import type { PointwiseAttributes } from '@equipoise/core';
import { ghmC } from '@equipoise/ghm';
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

  it('may do so with the state of a strategy, once that is read; before, it says what to do', async () => {
    const samples = (step: number) => ({
      logits: tf.tensor2d([2 - step, -1, step, -3], [2, 2]),
      labels: tf.tensor1d([0, 2], 'int32'),
    });
    /** The losses of a step on each backend in turn; between them, the state is read. */
    const losses = async (...backends: string[]) => {
      const held = criterion(ghmC({ momentum: 0.75 }));
      const read: number[] = [];
      for (const backend of backends) {
        if (read.length > 0) await held.save();
        await tf.setBackend(backend);
        read.push((await held.loss(samples(read.length)).total.data())[0]!);
      }
      await tf.setBackend('webgpu');
      return { read, held };
    };
    const { read: wanted } = await losses('cpu', 'cpu', 'cpu');
    const { read, held } = await losses('webgpu', 'cpu', 'webgpu');
    read.forEach((loss, step) => expect(loss).toBeCloseTo(wanted[step]!, 6));
    await tf.setBackend('cpu');
    expect(() => held.loss(samples(3))).toThrow(
      /tensor on the GPU: expected in Node, `await tensor\.data\(\)` before it is .* `await criterion\.save\(\)`/,
    );
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
