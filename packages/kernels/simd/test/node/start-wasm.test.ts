import { criterion } from '@equipoise/core';
import { focal } from '@equipoise/focal';
import { startWasm } from '@equipoise/simd/node';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sharingOwnMemory } from '../../src/node/sharing-own-memory.ts';
import { wasmHeap } from '../../src/runtime/tfjs-internals.ts';
import { setThreads, threads } from '../../src/runtime/threads.ts';

beforeAll(async () => startWasm({ threads: 3 }));
afterAll(async () => {
  await setThreads(1);
});

/** More than 262,144 entries, so that threads share them. */
const SHAPE: [number, number] = [9001, 31];

function focalStep(logits: tf.Tensor2D, labels: tf.Tensor1D): { value: number; gradient: Float32Array } {
  return tf.tidy(() => {
    const { value, grad } = tf.valueAndGrad(
      (x: tf.Tensor) => criterion(focal()).loss({ logits: x as tf.Tensor2D, labels }).classification,
    )(logits);
    return { value: value.dataSync()[0]!, gradient: grad.dataSync() as Float32Array };
  });
}

test('wasm is the current backend, in a memory that threads share', () => {
  expect(tf.getBackend()).toBe('wasm');
  expect(threads()).toBe(3);
  expect(wasmHeap(tf.backend())!.memory.buffer).toBeInstanceOf(SharedArrayBuffer);
});

test('threads compute in place what one thread does; what is read is no view of shared memory', async () => {
  const logits = tf.randomNormal<tf.Rank.R2>(SHAPE, 0, 4, 'float32', 1);
  const labels = tf.tensor1d(
    Array.from({ length: SHAPE[0] }, (_, i) => (i % 7 === 0 ? i % 31 : i % 5 === 0 ? -1 : 31)),
    'int32',
  );
  const onThree = focalStep(logits, labels);
  await setThreads(1);
  const onOne = focalStep(logits, labels);
  await setThreads(3);
  expect(onThree.gradient).toEqual(onOne.gradient);
  expect(Math.abs(onThree.value / onOne.value - 1)).toBeLessThan(1e-6);
  expect(onThree.gradient.buffer).toBeInstanceOf(ArrayBuffer);
  tf.dispose([logits, labels]);
});

test('the memory grows, and tensors stay', () => {
  const before = wasmHeap(tf.backend())!.memory.buffer.byteLength;
  const first = tf.range(0, 100);
  const large = tf.fill([before / 4 + 1000], 3);
  expect(wasmHeap(tf.backend())!.memory.buffer.byteLength).toBeGreaterThan(before);
  expect(Array.from(first.dataSync().slice(-2))).toEqual([98, 99]);
  expect(Array.from(tf.add(large, 1).dataSync().slice(-2))).toEqual([4, 4]);
  tf.dispose([first, large]);
});

test('it may be called again, for other threads', async () => {
  await tf.setBackend('cpu');
  await startWasm({ threads: 2 });
  expect(tf.getBackend()).toBe('wasm');
  expect(threads()).toBe(2);
});

test('a module without a memory of its own, with two, or without a maximum is left alone', () => {
  const moduleWith = (...memories: number[]): Uint8Array =>
    Uint8Array.of(
      0,
      0x61,
      0x73,
      0x6d,
      1,
      0,
      0,
      0,
      ...(memories.length > 0 ? [5, memories.length] : []),
      ...memories,
    );
  expect(sharingOwnMemory(moduleWith())).toBeUndefined();
  expect(sharingOwnMemory(moduleWith(1, 0, 1))).toBeUndefined();
  expect(sharingOwnMemory(moduleWith(2, 1, 1, 1, 1, 1, 1))).toBeUndefined();
  const shared = sharingOwnMemory(moduleWith(1, 1, 1, 2))!;
  expect(WebAssembly.validate(shared as Uint8Array<ArrayBuffer>)).toBe(true);
  expect([...shared.subarray(-3)]).toEqual([3, 1, 2]);
});
