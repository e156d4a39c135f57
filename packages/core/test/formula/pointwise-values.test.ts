import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { entryFormula, formula, pointwiseValues } from '../../src/index.ts';
import { onEachBackend } from '../boxes/support.ts';

const { add, mul } = formula;
const line = entryFormula({
  inputs: { x: 'entry', slope: 'row', offset: 'scalar' },
  loss: ({ x, slope, offset }) => add(mul(slope, x), offset),
});

onEachBackend(() => {
  test('gives values in the shape of the entries, integers read as numbers', () => {
    tf.tidy(() => {
      const slope = tf.tensor1d([1, 10], 'int32');
      const values = pointwiseValues(line, {
        x: tf.tensor2d([
          [1, 2],
          [3, 4],
        ]),
        slope,
        offset: tf.scalar(0.5),
      });
      expect(values.arraySync()).toEqual([
        [1.5, 2.5],
        [30.5, 40.5],
      ]);
      const flat = pointwiseValues(line, { x: tf.tensor1d([3, 4], 'int32'), slope, offset: tf.scalar(1) });
      expect(flat.shape).toEqual([2]);
      expect([...flat.dataSync()]).toEqual([4, 41]);
    });
  });

  test('is a constant: no gradient flows through it', () => {
    const of = (x: tf.Tensor): tf.Scalar => {
      const values = pointwiseValues(line, { x, slope: tf.tensor1d([2]), offset: tf.scalar(0) });
      return tf.sum(tf.mul(values, x));
    };
    expect([
      ...tf
        .grad(of)(tf.tensor2d([[3, 5]]))
        .dataSync(),
    ]).toEqual([6, 10]);
  });

  test('refuses a tensor of another shape', () => {
    const given = { x: tf.tensor2d([[1]]), slope: tf.tensor1d([1, 2]), offset: tf.scalar(0) };
    expect(() => pointwiseValues(line, given)).toThrow(/slope.*shape \[1\]/s);
  });
});
