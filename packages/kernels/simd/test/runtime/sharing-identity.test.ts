import { sigmoidCrossEntropy } from '@equipoise/core';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import '../backends.ts';

describe('a clone on wasm', () => {
  beforeAll(async () => {
    await tf.setBackend('wasm');
    // A kernel of ours has met the backend.
    tf.tidy(() => void sigmoidCrossEntropy(tf.tensor2d([[0]]), tf.tensor1d([0], 'int32')));
  });

  it('shares the data of its original', () => {
    const x = tf.tensor1d([1, 2, 3]);
    const before = tf.memory().numDataBuffers;
    const y = x.clone();
    expect(tf.memory().numDataBuffers).toBe(before);
    tf.dispose([x, y]);
    expect(tf.memory().numDataBuffers).toBe(before - 1);
  });

  it('outlives it, and keeps its values when the memory is used again', () => {
    const x = tf.tensor1d([1, 2, 3]);
    const y = x.clone();
    x.dispose();
    const other = tf.tensor1d([7, 8, 9]);
    expect([...y.dataSync()]).toEqual([1, 2, 3]);
    tf.dispose([y, other]);
  });

  it('of a variable keeps the value of its time', () => {
    const v = tf.variable(tf.tensor1d([1, 2]));
    const then = v.clone();
    v.assign(tf.tensor1d([3, 4]));
    expect([...then.dataSync(), ...v.dataSync()]).toEqual([1, 2, 3, 4]);
    tf.dispose([v, then]);
  });
});
