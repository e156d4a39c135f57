import fc from 'fast-check';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { startWasm } from '../../backends/wasm.ts';

type Shape4D = [number, number, number, number];
type Pad = 'same' | 'valid' | number;

interface Convolution {
  x: Shape4D;
  filter: Shape4D;
  strides: [number, number];
  pad: Pad;
}

const side = fc.integer({ min: 1, max: 9 });
const channels = fc.integer({ min: 1, max: 5 });
const kernelSide = fc.constantFrom(1, 2, 3, 5);
const stride = fc.constantFrom(1, 2, 3);
const convolution: fc.Arbitrary<Convolution> = fc
  .tuple(
    fc.integer({ min: 1, max: 3 }),
    side,
    side,
    channels,
    channels,
    kernelSide,
    kernelSide,
    stride,
    stride,
    fc.constantFrom<Pad>('same', 'valid', 0, 1, 2, 3),
  )
  .map(([batch, height, width, inputs, filters, tall, wide, down, across, pad]) => ({
    x: [batch, height, width, inputs] as Shape4D,
    filter: [tall, wide, inputs, filters] as Shape4D,
    strides: [down, across] as [number, number],
    pad,
  }))
  .filter(isDefined);

beforeAll(async () => startWasm());

describe('convolution gradients on wasm', () => {
  it('equal those of the cpu backend for any shape, stride and padding, and leak nothing', async () => {
    await fc.assert(
      fc.asyncProperty(convolution, fc.integer({ min: 1, max: 1e6 }), async (given, seed) => {
        const expected = await gradients('cpu', given, seed);
        const actual = await gradients('wasm', given, seed);
        expectClose(actual.dx, expected.dx);
        expectClose(actual.dw, expected.dw);
        expect(actual.leaked).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('refuse what they do not do, by name', async () => {
    await tf.setBackend('wasm');
    const dy = tf.ones([1, 2, 4, 4]);
    const filter = tf.ones([1, 1, 2, 2]);
    const attrs = { strides: [1, 1], pad: 'valid', dataFormat: 'NCHW', inputShape: [1, 2, 4, 4] };
    const run = () => tf.engine().runKernel(tf.Conv2DBackpropInput, { dy, filter }, attrs);
    expect(run).toThrow('dataFormat NHWC, got NCHW');
    tf.dispose([dy, filter]);
  });
});

async function gradients(backend: string, { x, filter, strides, pad }: Convolution, seed: number) {
  await tf.setBackend(backend);
  const before = tf.memory().numTensors;
  const rounding = typeof pad === 'number' ? 'floor' : undefined;
  const run = (x: tf.Tensor, w: tf.Tensor) =>
    tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad, 'NHWC', 1, rounding);
  const [dx, dw] = tf.tidy(() => {
    const image = tf.randomUniform(x, -1, 1, 'float32', seed);
    const weights = tf.randomUniform(filter, -1, 1, 'float32', seed + 1);
    const dy = tf.randomUniform(run(image, weights).shape, -1, 1, 'float32', seed + 2);
    return tf.grads(run)([image, weights], dy) as [tf.Tensor, tf.Tensor];
  });
  expect(dx.shape).toEqual(x);
  expect(dw.shape).toEqual(filter);
  const values = { dx: await dx.data(), dw: await dw.data() };
  tf.dispose([dx, dw]);
  return { ...values, leaked: tf.memory().numTensors - before };
}

/** 2e-6 of the largest value: the sums are the same, their order is not. */
function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  const largest = Math.max(1, ...Array.from(expected, Math.abs));
  const apart = Array.from(expected, (value, i) => Math.abs(value - (actual[i] ?? Number.NaN)));
  expect(Math.max(...apart) / largest).toBeLessThanOrEqual(2e-6);
}

/** Leaves out what tfjs itself refuses, and what it gets wrong: see `geometryOf`. */
function isDefined({ x, filter, strides, pad }: Convolution): boolean {
  const numeric = typeof pad === 'number';
  if (numeric && (filter[0] !== filter[1] || strides[0] !== strides[1])) return false;
  const rounding = numeric ? 'floor' : undefined;
  const { outHeight, outWidth } = tf.backend_util.computeConv2DInfo(x, filter, strides, 1, pad, rounding);
  return outHeight > 0 && outWidth > 0;
}
