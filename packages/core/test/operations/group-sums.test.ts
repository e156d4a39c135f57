import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { groupSums } from '../../src/operations/group-sums.ts';
import { onEachBackend } from '../boxes/support.ts';

onEachBackend(() => {
  test('adds up each group, in both forms', () => {
    tf.tidy(() => {
      const values = tf.tensor1d([1, 2, 4, 0.5, 8]);
      const group = tf.tensor1d([2, 0, 2, 0, 3], 'int32');
      for (const run of [groupSums.host!, groupSums.composed]) {
        expect([...run({ values, group }, { groupCount: 4 }).dataSync()]).toEqual([2.5, 0, 5, 8]);
        const one = run({ values, group: tf.zerosLike(group) }, { groupCount: 1 });
        expect([...one.dataSync()]).toEqual([15.5]);
        const none = { values: tf.tensor1d([]), group: tf.tensor1d([], 'int32') };
        expect([...run(none, { groupCount: 2 }).dataSync()]).toEqual([0, 0]);
      }
    });
  });

  test('host loses nothing where many are added', () => {
    const n = 100_000;
    const values = tf.fill<tf.Rank.R1>([n], 0.1);
    const sums = groupSums.host!({ values, group: tf.zeros([n], 'int32') }, { groupCount: 1 });
    expect(sums.dataSync()[0]).toBe(Math.fround(n * Math.fround(0.1)));
  });
});
