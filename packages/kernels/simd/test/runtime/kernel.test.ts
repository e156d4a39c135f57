import '@tensorflow/tfjs-backend-cpu';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { callOnThreads, defineKernel, sizeOf } from '../../src/runtime/kernel.ts';
import { setThreads } from '../../src/runtime/threads.ts';
import { wasmHeap } from '../../src/runtime/tfjs-internals.ts';
import { doubling } from './doubling.ts';

const wasm = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
setWasmPaths(path.dirname(wasm) + path.sep);

/** Doubles block by block, on as many threads as it is told to; notes where it computed. */
const given: number[] = [];
const places: { inPlace: boolean; memory: WebAssembly.Memory }[] = [];
const kernels = defineKernel<'x', { block: number; shares: number }>('DoubleForTest', {
  isLarge: (_, { shares }) => shares > 1,
  run(space, { x }, { block, shares }) {
    places.push(space);
    const [input, output] = [space.input(x), space.output(x.shape, 'float32')];
    for (let start = 0; start < input.size; start += block * shares) {
      const calls: number[][] = [];
      for (let slot = 0; slot < shares; slot += 1) {
        const from = start + slot * block;
        const count = Math.max(0, Math.min(block, input.size - from));
        if (count > 0) calls.push([input.at(from, count, slot), output.at(from, count, slot), count]);
      }
      const counts = callOnThreads(doubling, space, 'double', calls);
      given.push(...counts);
    }
    return output.tensor();
  },
});

beforeAll(() => kernels.forEach((kernel) => tf.registerKernel(kernel)));
afterAll(() => {
  for (const { kernelName, backendName } of kernels) tf.unregisterKernel(kernelName, backendName);
});
afterEach(async () => {
  places.length = 0;
  await setThreads(1);
});

function doubled(x: tf.Tensor, block: number, shares = 1): tf.Tensor {
  return tf.engine().runKernel('DoubleForTest', { x }, { block, shares }) as tf.Tensor;
}

function expectDoubled(size: number, block: number, shares = 1): void {
  const values = Float32Array.from({ length: size }, (_, i) => i);
  const x = tf.tensor1d(values);
  const before = tf.memory();
  given.length = 0;
  const y = doubled(x, block, shares);
  expect(given.reduce((sum, count) => sum + count, 0)).toBe(size);
  expect([...y.dataSync()]).toEqual(Array.from(values, (value) => 2 * value));
  expect([...x.dataSync()]).toEqual([...values]);
  expect(tf.memory().numTensors).toBe(before.numTensors + 1);
  tf.dispose([x, y]);
}

test('wasm: computes where the tensors lie', async () => {
  await tf.setBackend('wasm');
  expectDoubled(1000, 64);
  expect(places[0]!.inPlace).toBe(true);
  expect(places[0]!.memory).toBe(wasmHeap(tf.backend())!.memory);
});

test('cpu: computes in a memory of its own, block by block', async () => {
  await tf.setBackend('cpu');
  for (const [size, block] of [
    [0, 10],
    [1, 10],
    [1000, 64],
    [1000, 1000],
  ] as const) {
    expectDoubled(size, block);
  }
  expect(places[0]!.inPlace).toBe(false);
});

test('cpu: a tensor larger than the memory was makes it grow', async () => {
  await tf.setBackend('cpu');
  expectDoubled(3_000_000, 3_000_000);
  expect(places[0]!.memory.buffer.byteLength).toBeGreaterThan(24_000_000);
  expectDoubled(10, 10);
});

test('a backend switched between steps: each gets what is its own', async () => {
  for (const backend of ['wasm', 'cpu', 'wasm', 'cpu']) {
    await tf.setBackend(backend);
    expectDoubled(500, 100);
  }
  expect(places.map(({ inPlace }) => inPlace)).toEqual([true, false, true, false]);
  expect(places[0]!.memory).toBe(places[2]!.memory);
});

test('a tensor of another backend moves to the current one', async () => {
  await tf.setBackend('cpu');
  const x = tf.tensor1d([1, 2, 3]);
  await tf.setBackend('wasm');
  expect([...doubled(x, 2).dataSync()]).toEqual([2, 4, 6]);
});

test('a wasm backend whose inside is another one is copied from and to', () => {
  const values = new Map<object, tf.TypedArray>();
  const backend = {
    wasm: { asm: {} },
    readSync: (id: object) => values.get(id),
    write: (data: tf.TypedArray) => {
      const id = {};
      values.set(id, data);
      return id;
    },
  };
  const id = backend.write(Float32Array.of(1, 2, 3));
  const kernel = kernels.find(({ backendName }) => backendName === 'wasm')!;
  const x: TensorInfo = { dataId: id, shape: [3], dtype: 'float32' };
  const y = kernel.kernelFunc({ inputs: { x }, attrs: { block: 2, shares: 1 }, backend }) as TensorInfo;
  expect(sizeOf(y)).toBe(3);
  expect([...values.get(y.dataId)!]).toEqual([2, 4, 6]);
  expect(places[0]!.inPlace).toBe(false);
});

test.each(['cpu', 'wasm'])('%s: shares go to workers on shared memory', async (backend) => {
  await tf.setBackend(backend);
  expect(await setThreads(3)).toBe(3);
  expectDoubled(1000, 64, 3);
  expectDoubled(1000, 64, 5);
  expect(places[0]!.memory.buffer).toBeInstanceOf(SharedArrayBuffer);
  // What is not large stays here.
  expectDoubled(10, 64, 1);
  expect(places.at(-1)!.memory.buffer).toBeInstanceOf(ArrayBuffer);
});

test('scratch is a multiple of 16, and free again after the kernel', async () => {
  const addresses: number[] = [];
  const scratching = defineKernel<'x', object>('ScratchForTest', {
    run(space, { x }) {
      addresses.push(space.scratch(5), space.scratch(1_000_000));
      return space.output(x.shape, 'float32').tensor();
    },
  });
  for (const backend of ['cpu', 'wasm']) {
    await tf.setBackend(backend);
    tf.registerKernel(scratching.find(({ backendName }) => backendName === backend)!);
    const x = tf.scalar(1);
    for (let i = 0; i < 100; i += 1) tf.dispose(tf.engine().runKernel('ScratchForTest', { x }, {}));
    tf.unregisterKernel('ScratchForTest', backend);
  }
  expect(addresses.every((address) => address > 0 && address % 16 === 0)).toBe(true);
  // 100 MB would be left behind otherwise.
  expect(wasmHeap(tf.backend())!.memory.buffer.byteLength).toBeLessThan(80_000_000);
});

test('more than 4 GiB is refused', async () => {
  const greedy = defineKernel<'x', object>('GreedyForTest', {
    run(space, { x }) {
      space.scratch(5 * 2 ** 30);
      return x;
    },
  });
  for (const backend of ['cpu', 'wasm']) {
    await tf.setBackend(backend);
    tf.registerKernel(greedy.find(({ backendName }) => backendName === backend)!);
    const x = tf.scalar(1);
    expect(() => tf.engine().runKernel('GreedyForTest', { x }, {})).toThrow(/@equipoise\/simd: .*bytes/);
    tf.unregisterKernel('GreedyForTest', backend);
    expectDoubled(10, 4);
  }
});
